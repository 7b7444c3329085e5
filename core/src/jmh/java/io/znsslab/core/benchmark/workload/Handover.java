package io.znsslab.core.benchmark.workload;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.contestant.Places;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One thread allocates and writes, another reads, checks and frees. Between them is a ring of places without a lock
 * (Lamport's queue).
 *
 * <p>Object number n is in place n modulo the ring's size. The two positions lie on cache lines of their own.
 */
final class Handover {
    private static final int PLACES = 1_024;
    private static final int WRITTEN = 16;
    private static final int FREED = 32;
    private static final int SPINS = 64;

    private final AtomicLongArray positions = new AtomicLongArray(48);
    private final Places places;
    private final int bytes;

    Handover(ObjectMemory memory, int bytes) {
        this.places = memory.places(PLACES);
        this.bytes = bytes;
    }

    /** The allocating side. It finishes no operation: an operation is finished when the object is freed. */
    Workload producer() {
        return new Producer();
    }

    /** The freeing side. */
    Workload consumer() {
        return new Consumer();
    }

    private static int place(long object) {
        return (int) object & (PLACES - 1);
    }

    /** Waits for work; with more threads than processors the other side may need this processor. */
    private static int idle(int rounds) {
        if (rounds < SPINS) {
            Thread.onSpinWait();
            return rounds + 1;
        }
        Thread.yield();
        return 0;
    }

    private final class Producer implements Workload {
        private int idleRounds;

        @Override
        public int run() {
            long object = positions.getPlain(WRITTEN);
            long end = Math.min(positions.getAcquire(FREED) + PLACES, object + BATCH);
            if (object == end) {
                idleRounds = idle(idleRounds);
            }
            for (; object < end; object++) {
                places.allocate(place(object), bytes);
                places.write(place(object), object);
                positions.setRelease(WRITTEN, object + 1);
            }
            return 0;
        }
    }

    private final class Consumer implements Workload {
        private int idleRounds;

        @Override
        public int run() {
            long first = positions.getPlain(FREED);
            long end = Math.min(positions.getAcquire(WRITTEN), first + BATCH);
            if (first == end) {
                idleRounds = idle(idleRounds);
            }
            for (long object = first; object < end; object++) {
                long value = places.read(place(object));
                if (value != object) {
                    throw new IllegalStateException("object %d arrived as %d".formatted(object, value));
                }
                places.free(place(object));
                positions.setRelease(FREED, object + 1);
            }
            return (int) (end - first);
        }
    }
}
