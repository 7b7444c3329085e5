package io.znsslab.cli.bench.result;

import io.znsslab.cli.report.Plot;
import java.util.List;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * How long operations took, each with one reading of the clock in it.
 *
 * @param count operations timed
 * @param medianNanos half of them took no longer
 * @param p99Nanos 99 % took no longer
 * @param p999Nanos 99.9 % took no longer
 * @param maxNanos the longest one
 * @param tailRatio {@code p999Nanos / medianNanos}
 * @param percentiles the whole curve, in rising order
 */
public record Distribution(
        long count,
        long medianNanos,
        long p99Nanos,
        long p999Nanos,
        long maxNanos,
        double tailRatio,
        List<Percentile> percentiles) {
    private static final double[] CURVE = {
        0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99, 99.999, 99.9999, 100
    };

    /**
     * A point of the curve.
     *
     * @param percent of the operations
     * @param nanos that they took at most
     */
    public record Percentile(double percent, long nanos) {}

    /** What the histogram holds, in nanoseconds; all 0 if it holds nothing. */
    public static Distribution of(Histogram histogram) {
        long median = histogram.getValueAtPercentile(50);
        long tail = histogram.getValueAtPercentile(99.9);
        return new Distribution(
                histogram.getTotalCount(),
                median,
                histogram.getValueAtPercentile(99),
                tail,
                histogram.getMaxValue(),
                (double) tail / Math.max(1, median),
                histogram.getTotalCount() == 0
                        ? List.of()
                        : DoubleStream.of(CURVE)
                                .mapToObj(percent -> new Percentile(percent, histogram.getValueAtPercentile(percent)))
                                .toList());
    }

    /** The curve, as a series of a plot. */
    public Plot.Series series(String name) {
        return new Plot.Series(
                name,
                percentiles.stream().map(Percentile::percent).toList(),
                percentiles.stream().map(point -> (double) point.nanos()).toList());
    }

    /** A plot of curves. */
    public static Plot plot(String title, String caption, List<Plot.Series> curves) {
        return new Plot.Lines(
                title,
                caption,
                new Plot.Axis("percentile", Plot.Scale.PERCENTILES),
                new Plot.Axis("time", Plot.Scale.NANOSECONDS),
                curves);
    }
}
