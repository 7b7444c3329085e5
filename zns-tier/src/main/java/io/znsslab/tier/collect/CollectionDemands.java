package io.znsslab.tier.collect;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.report.CollectionReport;
import io.znsslab.tier.zone.ZoneAllocator;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Collections that users have asked for, one after the other: of all zones that are dead enough, whether space is short
 * or not. Any thread may ask; the collector thread does the rest.
 */
final class CollectionDemands {
    private final VictimChoice victims;
    private final CollectionCounters counters;
    private final ZoneAllocator zones;
    private final Queue<Demand> waiting = new ConcurrentLinkedQueue<>();

    CollectionDemands(VictimChoice victims, CollectionCounters counters, ZoneAllocator zones) {
        this.victims = victims;
        this.counters = counters;
        this.zones = zones;
    }

    private static final class Demand {
        private final int leastPercent;
        private final CompletableFuture<CollectionReport> done = new CompletableFuture<>();
        private boolean begun;
        private long zonesBefore;
        private long slabsBefore;
        private int collected;

        Demand(int leastPercent) {
            this.leastPercent = leastPercent;
        }
    }

    CompletableFuture<CollectionReport> add(int leastPercent) {
        Demand demand = new Demand(leastPercent);
        waiting.add(demand);
        return demand.done;
    }

    /** The zone to collect now; {@link ZoneAllocator#NONE} if no demand is left. No demand collects more than all. */
    int nextVictim() {
        int mostZones = zones.table().zoneCount();
        for (Demand demand = waiting.peek(); demand != null; demand = waiting.peek()) {
            if (!demand.begun) {
                demand.begun = true;
                demand.zonesBefore = counters.zones.sum();
                demand.slabsBefore = counters.slabsRelocated.sum();
            }
            int victim = demand.collected++ < mostZones ? victims.best(demand.leastPercent) : ZoneAllocator.NONE;
            if (victim != ZoneAllocator.NONE) {
                return victim;
            }
            end(demand);
        }
        return ZoneAllocator.NONE;
    }

    private void end(Demand demand) {
        // Not left to the reclaimer's thread: a user who has asked for empty zones may close the tier at the answer,
        // and zones that are dead by then stay so.
        zones.resetDeadZonesAndAwait();
        waiting.remove(demand);
        demand.done.complete(new CollectionReport(
                counters.zones.sum() - demand.zonesBefore, counters.slabsRelocated.sum() - demand.slabsBefore));
    }

    /** Ends all demands: the device has no zone in reserve to move slabs to. */
    void noneCanBeCollected() {
        for (Demand demand = waiting.peek(); demand != null; demand = waiting.peek()) {
            demand.begun = true;
            demand.zonesBefore = counters.zones.sum();
            demand.slabsBefore = counters.slabsRelocated.sum();
            end(demand);
        }
    }

    /** Ends the present demand with what was done, since there is no room to move further slabs to. */
    void noRoom() {
        Demand demand = waiting.peek();
        if (demand != null && demand.begun) {
            end(demand);
        }
    }

    /** Fails all demands. */
    void fail(String reason) {
        for (Demand demand = waiting.poll(); demand != null; demand = waiting.poll()) {
            demand.done.completeExceptionally(new ZnsSlabException(reason));
        }
    }
}
