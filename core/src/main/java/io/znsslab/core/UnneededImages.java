package io.znsslab.core;

import java.util.Arrays;

/**
 * Images that are of no use any more, collected while slabs are "moving" and released when they have settled: not before, since the tier may hold something of its own while it waits for one of them.
 * For one thread.
 */
final class UnneededImages {
    private long[] ids = new long[16];
    private long[] locations = new long[16];
    private int count;

    void add(long id, long location) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count * 2);
            locations = Arrays.copyOf(locations, count * 2);
        }
        ids[count] = id;
        locations[count++] = location;
    }

    void release(ColdTier tier) {
        for (int index = 0; index < count; index++) {
            tier.release(ids[index], locations[index]);
        }
        count = 0;
    }
}
