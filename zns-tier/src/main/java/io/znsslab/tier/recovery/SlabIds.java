package io.znsslab.tier.recovery;

import java.util.Arrays;

/** A growing list of slab ids. For one thread. */
final class SlabIds {
    private long[] ids = new long[64];
    private int count;

    void add(long id) {
        makeRoom(1);
        ids[count++] = id;
    }

    /** Makes room, so that so many more ids can be added without taking memory. */
    void makeRoom(int more) {
        if (count + more > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(count + more, 2 * ids.length));
        }
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
