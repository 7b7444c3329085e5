/**
 * {@code zns-slab bench memory}: memory of the process and what the store counts, against one memory limit, while
 * objects are replaced, epochs demoted and cold objects read.
 */
package io.znsslab.cli.bench.memory;
