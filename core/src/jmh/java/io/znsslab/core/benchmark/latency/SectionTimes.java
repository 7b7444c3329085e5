package io.znsslab.core.benchmark.latency;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Collects the times of a thread's sections. */
final class SectionTimes {
    private static final long LONGEST_NANOSECONDS = TimeUnit.SECONDS.toNanos(100);

    private final ThreadMXBean clocks = ManagementFactory.getThreadMXBean();
    private final Map<TimedSection, Histogram> histograms = new EnumMap<>(TimedSection.class);

    SectionTimes(TimedSection... sections) {
        for (TimedSection section : sections) {
            histograms.put(section, new Histogram(1, LONGEST_NANOSECONDS, 3));
        }
    }

    /** Where a section's times go. */
    Histogram of(TimedSection section) {
        return histograms.get(section);
    }

    /** Records the time from the start until now. */
    static void record(Histogram histogram, long start) {
        histogram.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOSECONDS));
    }

    /** Repeats a turn for both durations, and reports what was recorded in the second. */
    Latencies measure(Runnable turn, long warmUpMilliseconds, long measureMilliseconds) {
        repeat(turn, warmUpMilliseconds);
        histograms.values().forEach(Histogram::reset);
        repeat(turn, measureMilliseconds);
        Map<TimedSection, Distribution> sections = new EnumMap<>(TimedSection.class);
        histograms.forEach((section, histogram) -> sections.put(section, Distribution.of(histogram)));
        return new Latencies(sections);
    }

    /** Runs for that long by this thread's own clock, since on a busy machine time passes while the thread waits. */
    private void repeat(Runnable turn, long milliseconds) {
        long end = clocks.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (clocks.getCurrentThreadCpuTime() < end) {
            turn.run();
        }
    }
}
