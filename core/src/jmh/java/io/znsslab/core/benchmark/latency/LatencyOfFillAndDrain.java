package io.znsslab.core.benchmark.latency;

import static io.znsslab.core.benchmark.latency.SectionTimes.record;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.contestant.Places;
import io.znsslab.core.benchmark.workload.Shuffle;
import org.HdrHistogram.Histogram;

/**
 * Times one thread's operations while a thousand objects are allocated, and all of them freed in random order, again
 * and again. Every other time an empty section beside each operation is timed in its place.
 */
final class LatencyOfFillAndDrain {
    private static final int OBJECTS = 1_000;

    private final SectionTimes times = new SectionTimes(TimedSection.EMPTY, TimedSection.ALLOCATE, TimedSection.FREE);
    private final Histogram empty = times.of(TimedSection.EMPTY);
    private final Histogram allocate = times.of(TimedSection.ALLOCATE);
    private final Histogram free = times.of(TimedSection.FREE);
    private final int[] order = Shuffle.of(OBJECTS, 99);
    private final Places places;
    private final int bytes;

    LatencyOfFillAndDrain(ObjectMemory memory, int bytes) {
        this.places = memory.places(OBJECTS);
        this.bytes = bytes;
    }

    Latencies measure(long warmUpMilliseconds, long measureMilliseconds) {
        return times.measure(this::turn, warmUpMilliseconds, measureMilliseconds);
    }

    private void turn() {
        timeOperations();
        timeEmpty();
    }

    private void timeOperations() {
        for (int place = 0; place < OBJECTS; place++) {
            long start = System.nanoTime();
            places.allocate(place, bytes);
            record(allocate, start);
        }
        for (int place : order) {
            long start = System.nanoTime();
            places.free(place);
            record(free, start);
        }
    }

    private void timeEmpty() {
        for (int place = 0; place < OBJECTS; place++) {
            long start = System.nanoTime();
            record(empty, start);
            places.allocate(place, bytes);
        }
        for (int place : order) {
            long start = System.nanoTime();
            record(empty, start);
            places.free(place);
        }
    }
}
