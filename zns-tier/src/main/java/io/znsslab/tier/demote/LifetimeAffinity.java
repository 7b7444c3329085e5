package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;

/**
 * Assigns zone writers to lifetimes once an epoch has stated one: the zones of each writer then fill with slabs that
 * die at about the same time. Until then every zone writer takes all epochs in the order of closing.
 *
 * <p>Three kinds share the zone writers: the first are for short-lived epochs, the last for long-lived ones, those
 * between for medium ones; with two zone writers, short and medium share one, and a single zone writer takes all.
 */
final class LifetimeAffinity {
    static final int ALL = -1;

    private LifetimeAffinity() {}

    /** The lifetimes that zone writer {@code index} of {@code writers} takes: a bit for each code. */
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
