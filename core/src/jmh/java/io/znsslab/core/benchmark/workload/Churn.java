package io.znsslab.core.benchmark.workload;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.contestant.Places;

/**
 * Keeps a hundred thousand objects alive. An operation reads, checks and frees a random one, allocates another one in
 * its place, and writes that.
 *
 * <p>The objects exceed a core's caches, so the rate depends on the number of cache lines that a contestant touches
 * besides the object's own.
 */
public final class Churn implements Workload {
    /** Number of live objects. */
    public static final int LIVE = 100_000;

    private static final long MARK = 77;

    private final Places places;
    private final int bytes;
    private int random;

    /** Allocates all objects. */
    public Churn(ObjectMemory memory, int bytes, long seed) {
        this.places = memory.places(LIVE);
        this.bytes = bytes;
        this.random = (int) seed | 1;
        for (int place = 0; place < LIVE; place++) {
            fill(place);
        }
    }

    @Override
    public int run() {
        for (int pair = 0; pair < BATCH; pair++) {
            int place = nextPlace();
            check(place);
            places.free(place);
            fill(place);
        }
        return BATCH;
    }

    /** A random place, whose object is replaced next. */
    public int nextPlace() {
        random = Shuffle.next(random);
        return Shuffle.below(random, LIVE);
    }

    /** Reads the object in that place. */
    public void check(int place) {
        long value = places.read(place);
        if (value != place + MARK) {
            throw new IllegalStateException("object %d held %d instead of %d".formatted(place, value, place + MARK));
        }
    }

    /** Frees the object in that place. */
    public void free(int place) {
        places.free(place);
    }

    /** Allocates an object in that empty place. */
    public void allocate(int place) {
        places.allocate(place, bytes);
    }

    /** Writes the object in that place. */
    public void write(int place) {
        places.write(place, place + MARK);
    }

    private void fill(int place) {
        allocate(place);
        write(place);
    }
}
