package io.znsslab.core.benchmark.latency;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Percentiles in nanoseconds, including the time of reading the clock.
 *
 * @param count sections timed
 * @param middle mean of the middle half: where most values are equal, since the clock ticks more coarsely than they
 *     differ, the difference of two of these means says more than that of two medians
 */
public record Distribution(long count, double middle, long p50, long p90, long p99, long p999, long p9999, long max) {
    static Distribution of(Histogram histogram) {
        return new Distribution(
                histogram.getTotalCount(),
                middle(histogram),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getValueAtPercentile(99.99),
                histogram.getMaxValue());
    }

    private static double middle(Histogram histogram) {
        long from = histogram.getTotalCount() / 4;
        long to = histogram.getTotalCount() - from;
        long before = 0;
        double sum = 0;
        for (HistogramIterationValue value : histogram.recordedValues()) {
            long after = before + value.getCountAtValueIteratedTo();
            long within = Math.min(after, to) - Math.max(before, from);
            sum += Math.max(0, within) * (double) value.getValueIteratedTo();
            before = after;
        }
        return sum / Math.max(1, to - from);
    }
}
