package io.znsslab.tier.device;

/**
 * How long something took, over all the times it was done, in nanoseconds. Percentiles are at most 6 % too high.
 *
 * @param count how often it was done; the rest is 0 when it never was
 * @param p50Nanos half took no longer
 * @param p99Nanos 99 % took no longer
 * @param p999Nanos 99.9 % took no longer
 * @param maxNanos the longest, exactly
 */
public record LatencySummary(long count, long p50Nanos, long p99Nanos, long p999Nanos, long maxNanos) {}
