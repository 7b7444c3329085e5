package io.znsslab.tier.recovery;

import java.util.Arrays;

/** A growing list of slab ids. For one thread. */
final class SlabIds {
    private long[] ids = new long[64];
    private int count;

    void add(long id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
        }
        ids[count++] = id;
    }

    int size() {
        return count;
    }

    long get(int index) {
        return ids[index];
    }

    long[] array() {
        return ids;
    }

    void clear() {
        count = 0;
    }
}
