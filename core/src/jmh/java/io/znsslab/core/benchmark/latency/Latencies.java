package io.znsslab.core.benchmark.latency;

/**
 * The latencies of single operations.
 *
 * @param empty an empty timed section
 * @param pair a free and an allocation
 * @param allocate an allocation
 * @param free a free
 */
public record Latencies(Distribution empty, Distribution pair, Distribution allocate, Distribution free) {}
