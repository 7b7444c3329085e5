package io.znsslab.tier.collect;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests to empty certain zones of their live slabs, one after the other. Any thread may ask; the collector thread
 * does the rest, a zone at a time, so that collection in need comes in between.
 */
final class Evacuations {
    private final TierContext context;
    private final ZoneTable table;
    private final ZoneEvacuation evacuation;
    private final IntConsumer onEmptied;
    private final BooleanSupplier isEnding;
    private final Queue<Request> waiting = new ConcurrentLinkedQueue<>();

    /** @param onEmptied called with each zone of which nothing is left */
    Evacuations(TierContext context, ZoneEvacuation evacuation, IntConsumer onEmptied, BooleanSupplier isEnding) {
        this.onEmptied = onEmptied;
        this.context = context;
        this.evacuation = evacuation;
        this.isEnding = isEnding;
        table = context.table();
    }

    private static final class Request {
        private final BitSet left = new BitSet();
        private final List<EvacuatedZone> ended = new ArrayList<>();
        private final CompletableFuture<List<EvacuatedZone>> done = new CompletableFuture<>();
        /** The slabs of all its zones; null before the request is begun. */
        private @Nullable SlabsOfZones slabs;
        /** The index of the first slab that is in none of the ended zones. */
        private int nextSlab;
    }

    CompletableFuture<List<EvacuatedZone>> add(Collection<Integer> zones) {
        Request request = new Request();
        zones.forEach(request.left::set);
        waiting.add(request);
        return request.done;
    }

    /** Empties the next zone; false if none is left. */
    boolean emptyNext() {
        Request request = waiting.peek();
        if (request == null) {
            return false;
        }
        SlabsOfZones slabs = request.slabs == null ? begin(request) : request.slabs;
        int zone = request.left.nextSetBit(0);
        if (zone >= 0) {
            request.left.clear(zone);
            int from = request.nextSlab;
            int to = from;
            while (to < slabs.size() && slabs.zone(to) == zone) {
                to++;
            }
            request.nextSlab = to;
            EvacuatedZone ended = evacuation.empty(zone, slabs, from, to);
            if (ended.outcome() == EvacuatedZone.Outcome.EMPTIED) {
                onEmptied.accept(zone);
            }
            request.ended.add(ended);
        } else {
            // As after a collection that was asked for: who has the answer may close the tier.
            context.zones().resetDeadZonesAndAwait();
            waiting.remove(request);
            request.done.complete(List.copyOf(request.ended));
        }
        return true;
    }

    /** First no zone of the request is written on, so that what leaves one of them does not go to another. */
    private SlabsOfZones begin(Request request) {
        request.left.stream().filter(zone -> table.use(zone) == ZoneUse.OPEN).forEach(zone -> {
            if (context.zones().endRestored(zone)) {
                context.reclaimer().signal();
            }
        });
        SlabsOfZones slabs = SlabsOfZones.in(request.left, context.slabs(), table, isEnding);
        request.slabs = slabs;
        return slabs;
    }

    /** Fails all requests. */
    void fail(String reason) {
        for (Request request = waiting.poll(); request != null; request = waiting.poll()) {
            request.done.completeExceptionally(new ZnsSlabException(reason));
        }
    }
}
