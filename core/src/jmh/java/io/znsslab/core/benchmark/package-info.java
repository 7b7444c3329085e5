/**
 * What the allocator is measured by, and against whom. {@code ./zns-slab jmh} runs all of it and prints one table; with
 * arguments it is JMH's own command line.
 *
 * <p>Packages, from the bottom: {@code contestant} (who), {@code workload} (what is done), then by kind of measurement
 * {@code micro} (JMH), {@code rate} (threads in windows), {@code latency} (distributions), {@code footprint} (memory);
 * {@code scoreboard} runs them all, in turns, and compares.
 *
 * <p>Figures of different runs are not comparable on a machine that others use; so every ratio is of one run, and
 * contestants take turns within it.
 */
package io.znsslab.core.benchmark;
