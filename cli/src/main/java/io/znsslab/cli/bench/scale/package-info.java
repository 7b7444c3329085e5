/**
 * {@code zns-slab bench scale}: what an operation costs as cold slabs become more, on a device of data of no size.
 * {@code ScaleBench} fills it, and picks objects from a sample of all handles.
 */
package io.znsslab.cli.bench.scale;
