package io.znsslab.core.benchmark.latency;

/**
 * What single operations took.
 *
 * @param empty a timed section with nothing in it
 * @param pair a free and an allocation
 * @param allocate an allocation
 * @param free a free
 */
public record Latencies(Distribution empty, Distribution pair, Distribution allocate, Distribution free) {}
