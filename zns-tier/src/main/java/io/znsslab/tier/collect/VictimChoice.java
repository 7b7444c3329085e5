package io.znsslab.tier.collect;

import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.BitSet;

/**
 * Chooses the zone to collect: the one with the largest benefit for its cost, as Rosenblum and Ousterhout have it ("The
 * design and implementation of a log-structured file system", SOSP 1991): the part that is dead, times the age of the
 * zone, by twice the part that is live, which is read and written. What is live in an old zone will stay, so what is
 * won there is won for long, while in a new one more will die soon, and is better waited for.
 *
 * <p>Thread-safe: the thread that collects chooses, and the one that writes asks whether there is a choice.
 */
final class VictimChoice {
    /** When all zones were begun that often since, a zone's age does not matter any more. */
    private static final int OLD = 8;

    private final ZoneTable table;
    /** Zones with something in them that can't be moved; guarded by itself. */
    private final BitSet excluded = new BitSet();

    VictimChoice(ZoneTable table) {
        this.table = table;
    }

    /** The zone is never chosen any more. */
    void exclude(int zone) {
        synchronized (excluded) {
            excluded.set(zone);
        }
    }

    /**
     * The sealed zone that is best collected now, of those that are dead to that part; {@link ZoneAllocator#NONE} when
     * there is none.
     */
    int best(int leastPercent) {
        int best = ZoneAllocator.NONE;
        double most = 0;
        for (int zone = 0; zone < table.zoneCount(); zone++) {
            if (!table.isDead(zone, leastPercent)) {
                continue;
            }
            double worth = worth(zone);
            if (worth > most && table.use(zone) == ZoneUse.SEALED && !isExcluded(zone)) {
                best = zone;
                most = worth;
            }
        }
        return best;
    }

    private double worth(int zone) {
        int dead = table.deadSlabs(zone);
        int live = table.writtenSlabs(zone) - dead;
        long age = Math.min(table.age(zone), OLD * (long) table.zoneCount());
        return dead * (1.0 + age) / (2.0 * Math.max(live, 0.5));
    }

    private boolean isExcluded(int zone) {
        synchronized (excluded) {
            return excluded.get(zone);
        }
    }
}
