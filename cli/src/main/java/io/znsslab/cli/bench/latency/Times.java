package io.znsslab.cli.bench.latency;

import io.znsslab.cli.bench.result.Distribution;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The times of one thread's operations, and of nothing at all, by the same clock in the same loop. */
final class Times {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(100);
    private static final int DIGITS = 3;

    final Histogram clock = new Histogram(1, LONGEST_NANOS, DIGITS);
    final Histogram allocate = new Histogram(1, LONGEST_NANOS, DIGITS);
    final Histogram free = new Histogram(1, LONGEST_NANOS, DIGITS);

    /** Records the time from the start until now. */
    static void record(Histogram histogram, long start) {
        histogram.recordValue(Math.clamp(System.nanoTime() - start, 0, LONGEST_NANOS));
    }

    void reset() {
        clock.reset();
        allocate.reset();
        free.reset();
    }

    LatencyReport.Row row(String contestant) {
        return new LatencyReport.Row(
                contestant, Distribution.of(clock), Distribution.of(allocate), Distribution.of(free));
    }
}
