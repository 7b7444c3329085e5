package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;

/**
 * Which lanes take epochs of which lifetime, once somebody has stated one: each lane's zones fill with slabs that die
 * at about the same time then. Until then every lane takes all, in the order of closing.
 *
 * <p>Three kinds share the lanes: the first are for short lives, the last for long ones, those between for medium ones;
 * with two lanes short and medium share one, with one lane all do.
 */
final class LifetimeLanes {
    static final int ALL = -1;

    private LifetimeLanes() {}

    /** What lane {@code index} of {@code lanes} takes: a bit for each code. */
    static int takenBy(int index, int lanes) {
        int shorts = bit(Lifetime.SHORT);
        int mediums = bit(Lifetime.MEDIUM) | bit(Lifetime.UNSTATED);
        int longs = bit(Lifetime.LONG);
        if (lanes == 1) {
            return ALL;
        }
        if (lanes == 2) {
            return index == 0 ? shorts | mediums : longs;
        }
        if (index < lanes / 3) {
            return shorts;
        }
        return index >= lanes - lanes / 3 ? longs : mediums;
    }

    static int bit(Lifetime lifetime) {
        return 1 << lifetime.code();
    }
}
