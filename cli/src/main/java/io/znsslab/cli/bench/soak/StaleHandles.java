package io.znsslab.cli.bench.soak;

import java.util.SplittableRandom;

/** Handles of objects that are gone: the last ones, which must stay stale. For one thread. */
final class StaleHandles {
    private static final int MOST = 1 << 14;

    private final long[] handles = new long[MOST];
    private long added;

    void add(long handle) {
        handles[(int) (added++ % MOST)] = handle;
    }

    int count() {
        return (int) Math.min(added, MOST);
    }

    long get(int index) {
        return handles[index];
    }

    long any(SplittableRandom random) {
        return handles[random.nextInt(count())];
    }
}
