package io.znsslab.core.tiering;

/**
 * Images that no slab needs any more, collected while slabs are "moving" and released when these have settled: not
 * before, since the tier may hold a lock of its own while it waits for one of them. For one thread.
 */
final class UnneededImages {
    private final long[] ids;
    private final long[] locations;
    private int count;

    /** @param atMost how many there is room for, from before a slab moves: settling slabs must need no memory */
    UnneededImages(int atMost) {
        ids = new long[atMost];
        locations = new long[atMost];
    }

    void add(long id, long location) {
        ids[count] = id;
        locations[count++] = location;
    }

    void release(GuardedTier tier) {
        for (int index = 0; index < count; index++) {
            tier.release(ids[index], locations[index]);
        }
        count = 0;
    }
}
