/**
 * The allocator's benchmarks, and those of the allocators it is compared with. {@code ./zns-slab jmh} runs all of them
 * and prints one table; with arguments it is JMH's own command line.
 *
 * <p>Packages, from the bottom: {@code contestant} (the allocators), {@code workload} (their work), then by kind of
 * measurement {@code micro} (JMH), {@code rate} (threads in windows), {@code latency} (distributions),
 * {@code footprint} (memory); {@code scoreboard} runs them all, in turns, and compares.
 *
 * <p>Figures of different runs are not comparable on a shared machine; so every ratio comes from one run, in which the
 * contestants take turns.
 */
package io.znsslab.core.benchmark;
