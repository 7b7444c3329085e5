package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;

/**
 * Which zone writers take epochs of which lifetime, once somebody has stated one: each zone writer's zones fill with
 * slabs that die at about the same time then. Until then every zone writer takes all, in the order of closing.
 *
 * <p>Three kinds share the zone writers: the first are for short lives, the last for long ones, those between for
 * medium ones; with two zone writers short and medium share one, with one zone writer all do.
 */
final class LifetimeAffinity {
    static final int ALL = -1;

    private LifetimeAffinity() {}

    /** What zone writer {@code index} of {@code writers} takes: a bit for each code. */
    static int takenBy(int index, int writers) {
        int shorts = bit(Lifetime.SHORT);
        int mediums = bit(Lifetime.MEDIUM) | bit(Lifetime.UNSTATED);
        int longs = bit(Lifetime.LONG);
        if (writers == 1) {
            return ALL;
        }
        if (writers == 2) {
            return index == 0 ? shorts | mediums : longs;
        }
        if (index < writers / 3) {
            return shorts;
        }
        return index >= writers - writers / 3 ? longs : mediums;
    }

    static int bit(Lifetime lifetime) {
        return 1 << lifetime.code();
    }
}
