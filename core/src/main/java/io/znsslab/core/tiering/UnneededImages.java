package io.znsslab.core.tiering;

/**
 * Images that are of no use any more, collected while slabs are "moving" and released when they have settled: not
 * before, since the tier may hold something of its own while it waits for one of them. For one thread.
 */
final class UnneededImages {
    private final long[] ids;
    private final long[] locations;
    private int count;

    /** Room for so many: it is there before a slab moves, since what settles them must not need memory. */
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
