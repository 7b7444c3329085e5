package io.znsslab.core.benchmark.latency;

import static io.znsslab.core.benchmark.latency.SectionTimes.record;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Churn;
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

    private final SectionTimes times = new SectionTimes(TimedSection.values());
    private final Histogram empty = times.of(TimedSection.EMPTY);
    private final Histogram pair = times.of(TimedSection.PAIR);
    private final Histogram allocate = times.of(TimedSection.ALLOCATE);
    private final Histogram free = times.of(TimedSection.FREE);
    private final Churn churn;

    LatencyUnderChurn(ObjectMemory memory, int bytes) {
        this.churn = new Churn(memory, bytes, 99);
    }

    Latencies measure(long warmUpMilliseconds, long measureMilliseconds) {
        return times.measure(this::turn, warmUpMilliseconds, measureMilliseconds);
    }

    private void turn() {
        timeEmpty();
        timePairs();
        timeAllocations();
        timeFrees();
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
}
