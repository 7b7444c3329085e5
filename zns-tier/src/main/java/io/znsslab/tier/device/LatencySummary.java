package io.znsslab.tier.device;

/**
 * The distribution of an operation's duration, in nanoseconds. Percentiles are at most 6 % too high.
 *
 * @param count number of operations; the other figures are 0 when it is 0
 * @param p50Nanos half of the operations took no longer
 * @param p99Nanos 99 % took no longer
 * @param p999Nanos 99.9 % took no longer
 * @param maxNanos the longest, exactly
 */
public record LatencySummary(long count, long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos) {}
