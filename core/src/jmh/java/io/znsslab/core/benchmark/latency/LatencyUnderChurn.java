package io.znsslab.core.benchmark.latency;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Churn;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Times one thread's operations on random objects. The object is read before its free and written after its allocation,
 * both outside of the timed section.
 *
 * <p>Four kinds of section alternate, a thousand at a time, so that all kinds meet the same conditions: empty, pair,
 * allocation alone, free alone.
 */
final class LatencyUnderChurn {
    private static final int TURN = 1_000;
    private static final long LONGEST_NANOSECONDS = TimeUnit.SECONDS.toNanos(100);

    private final ThreadMXBean clocks = ManagementFactory.getThreadMXBean();
    private final Churn churn;
    private final Histogram empty = histogram();
    private final Histogram pair = histogram();
    private final Histogram allocate = histogram();
    private final Histogram free = histogram();

    LatencyUnderChurn(ObjectMemory memory, int bytes) {
        this.churn = new Churn(memory, bytes, 99);
    }

    Latencies measure(long warmUpMilliseconds, long measureMilliseconds) {
        runFor(warmUpMilliseconds);
        empty.reset();
        pair.reset();
        allocate.reset();
        free.reset();
        runFor(measureMilliseconds);
        return new Latencies(
                Distribution.of(empty), Distribution.of(pair), Distribution.of(allocate), Distribution.of(free));
    }

    /** Runs for that long by this thread's own clock, since on a busy machine time passes while the thread waits. */
    private void runFor(long milliseconds) {
        long end = clocks.getCurrentThreadCpuTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (clocks.getCurrentThreadCpuTime() < end) {
            timeEmpty();
            timePairs();
            timeAllocations();
            timeFrees();
        }
    }

    private void timeEmpty() {
        for (int section = 0; section < TURN; section++) {
            int place = churn.nextPlace();
            churn.check(place);
            long start = System.nanoTime();
            record(empty, start);
            churn.free(place);
            churn.allocate(place);
            churn.write(place);
        }
    }

    private void timePairs() {
        for (int section = 0; section < TURN; section++) {
            int place = churn.nextPlace();
            churn.check(place);
            long start = System.nanoTime();
            churn.free(place);
            churn.allocate(place);
            record(pair, start);
            churn.write(place);
        }
    }

    private void timeAllocations() {
        for (int section = 0; section < TURN; section++) {
            int place = churn.nextPlace();
            churn.check(place);
            churn.free(place);
            long start = System.nanoTime();
            churn.allocate(place);
            record(allocate, start);
            churn.write(place);
        }
    }

    private void timeFrees() {
        for (int section = 0; section < TURN; section++) {
            int place = churn.nextPlace();
            churn.check(place);
            long start = System.nanoTime();
            churn.free(place);
            record(free, start);
            churn.allocate(place);
            churn.write(place);
        }
    }

    private static void record(Histogram histogram, long start) {
        histogram.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOSECONDS));
    }

    private static Histogram histogram() {
        return new Histogram(1, LONGEST_NANOSECONDS, 3);
    }
}
