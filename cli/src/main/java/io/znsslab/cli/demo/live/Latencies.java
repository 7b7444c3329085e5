package io.znsslab.cli.demo.live;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Durations of a run's operations. Thread-safe. */
public final class Latencies {
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 2;

    private final Map<Operation, ConcurrentHistogram> histograms = new EnumMap<>(Operation.class);

    /** Starts without a duration. */
    public Latencies() {
        for (Operation operation : Operation.values()) {
            histograms.put(operation, new ConcurrentHistogram(LONGEST_NANOS, DIGITS));
        }
    }

    /** Counts one. */
    public void record(Operation operation, long nanos) {
        histograms.get(operation).recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    /**
     * The durations of one operation, in nanoseconds, exact to 1 %.
     *
     * @param operation its word
     * @param count how many there were; the other figures are 0 when it is 0
     */
    public record Summary(String operation, long count, long p50, long p99, long p999, long max) {}

    /**
     * A duration that a share of the operations did not exceed.
     *
     * @param percentile 0 to 100
     */
    public record Point(double percentile, long nanos) {}

    /**
     * The distribution of one operation's durations.
     *
     * @param curve by ascending percentile, as far as there were enough operations to tell
     */
    public record Distribution(Summary summary, List<Point> curve) {
        public Distribution {
            curve = List.copyOf(curve);
        }
    }

    /** A summary of each operation that happened, in the order of {@link Operation}. */
    public List<Summary> summaries() {
        List<Summary> summaries = new ArrayList<>();
        histograms.forEach((operation, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                summaries.add(summary(operation, histogram.copy()));
            }
        });
        return summaries;
    }

    /** The whole distributions of the operations that happened. */
    public List<Distribution> distributions() {
        List<Distribution> distributions = new ArrayList<>();
        histograms.forEach((operation, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                Histogram copy = histogram.copy();
                distributions.add(new Distribution(summary(operation, copy), curve(copy)));
            }
        });
        return distributions;
    }

    private static Summary summary(Operation operation, Histogram histogram) {
        return new Summary(
                operation.word(),
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }

    private static List<Point> curve(Histogram histogram) {
        List<Point> curve = new ArrayList<>();
        double mostPrecise = 100 - 100.0 / histogram.getTotalCount();
        for (double left = 100; left >= 0.001; left /= 10) {
            for (double part : new double[] {1, 0.75, 0.5, 0.25, 0.16}) {
                double percentile = 100 - left * part;
                if (percentile <= mostPrecise) {
                    curve.add(new Point(percentile, histogram.getValueAtPercentile(percentile)));
                }
            }
        }
        curve.add(new Point(mostPrecise, histogram.getMaxValue()));
        return curve;
    }
}
