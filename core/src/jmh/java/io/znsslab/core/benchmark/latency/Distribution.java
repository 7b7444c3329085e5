package io.znsslab.core.benchmark.latency;

import org.HdrHistogram.Histogram;

/**
 * Percentiles in nanoseconds, including the time of reading the clock.
 *
 * @param count sections timed
 */
public record Distribution(long count, long p50, long p90, long p99, long p999, long p9999, long max) {
    static Distribution of(Histogram histogram) {
        return new Distribution(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getValueAtPercentile(99.99),
                histogram.getMaxValue());
    }
}
