package io.znsslab.tier.collect;

import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.BitSet;

/**
 * Chooses the zone to collect by the cost-benefit policy of Rosenblum and Ousterhout ("The design and implementation of
 * a log-structured file system", SOSP 1991): the dead share times the age of the zone, divided by twice the live share,
 * which is read and written. Live slabs in an old zone tend to stay, so space freed there stays free for long, while in
 * a young zone more slabs will die soon, and waiting pays.
 *
 * <p>Thread-safe: the collector thread chooses, and the writer thread asks whether there is a choice.
 */
final class VictimChoice {
    /**
     * Age counts up to this many times the number of zones: a zone is old once all zones were begun that often since.
     */
    private static final int OLD = 8;

    private final ZoneTable table;
    /** Zones that hold something that can't be moved; guarded by itself. */
    private final BitSet excluded = new BitSet();

    VictimChoice(ZoneTable table) {
        this.table = table;
    }

    /** Excludes the zone from all later choices. */
    void exclude(int zone) {
        synchronized (excluded) {
            excluded.set(zone);
        }
    }

    /** Takes back an exclusion: what could not be moved is not in the zone any more. */
    void include(int zone) {
        synchronized (excluded) {
            excluded.clear(zone);
        }
    }

    /**
     * The sealed zone that is best collected now, among those with at least that share dead; {@link ZoneAllocator#NONE}
     * when there is none.
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
