package io.znsslab.cli.bench.scale;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Some of the handles of a store, spread evenly over all that were added, in bounded memory. */
final class HandleSample {
    private static final int MOST = 1 << 20;

    private final long[] handles = new long[MOST];
    private final SplittableRandom shuffling = new SplittableRandom(3);
    private int size;
    private long added;
    private long step = 1;

    void add(long handle) {
        if (added++ % step != 0) {
            return;
        }
        if (size == MOST) {
            shuffle();
            size /= 2;
            step *= 2;
        }
        handles[size++] = handle;
    }

    int size() {
        return size;
    }

    long random(SplittableRandom random) {
        return handles[random.nextInt(size)];
    }

    /** Takes so many out, at random. */
    long[] remove(int count) {
        shuffle();
        size -= count;
        return Arrays.copyOfRange(handles, size, size + count);
    }

    private void shuffle() {
        for (int i = size - 1; i > 0; i--) {
            int other = shuffling.nextInt(i + 1);
            long handle = handles[i];
            handles[i] = handles[other];
            handles[other] = handle;
        }
    }
}
