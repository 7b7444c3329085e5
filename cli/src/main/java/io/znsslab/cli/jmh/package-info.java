/**
 * {@code zns-slab jmh}: the benchmarks of a checkout. They are no part of the command: the launcher builds and starts
 * them, and only their help stands here.
 */
package io.znsslab.cli.jmh;
