package io.znsslab.tier.collect;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.worker.Failures;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.demote.Demoter;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.read.SlabReader;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.report.EvacuatedZone.Outcome;
import io.znsslab.tier.zone.ZoneTable;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the live slabs of one zone to others, as collection does, but by what the allocator knows of the slabs instead
 * of the extents' summaries, and past slabs that can't be read. For the collector thread.
 */
final class ZoneEvacuation {
    /** How often slabs are written again that failed to be: in another zone each time. */
    private static final int ATTEMPTS = 3;

    private final TierContext context;
    private final ZoneTable table;
    private final Demoter demoter;
    private final SlabReader reader;
    private final RelocationBatch batch;
    private final CollectionCounters counters;
    private final BooleanSupplier isEnding;
    private final ColdImage image = new ColdImage();

    /** Why a slab of the zone can't be read; null if none was found. */
    private @Nullable ZnsSlabException unreadable;
    /** Why slabs of the zone were not written; null if they were. */
    private @Nullable String unwritten;

    ZoneEvacuation(
            TierContext context,
            Demoter demoter,
            SlabReader reader,
            RelocationBatch batch,
            CollectionCounters counters,
            BooleanSupplier isEnding) {
        this.context = context;
        this.demoter = demoter;
        this.reader = reader;
        this.batch = batch;
        this.counters = counters;
        this.isEnding = isEnding;
        table = context.table();
    }

    /**
     * Empties the zone.
     *
     * @param slabs at the indexes from {@code from} to below {@code to} are those of the zone
     */
    EvacuatedZone empty(int zone, SlabsOfZones slabs, int from, int to) {
        if (table.use(zone) == ZoneUse.OPEN) {
            return new EvacuatedZone(zone, 0, table.liveSlabs(zone), Outcome.IN_USE, "the zone is being written");
        }
        if (!table.beginRead(zone)) {
            return new EvacuatedZone(zone, 0, 0, Outcome.EMPTIED, "");
        }
        long before = counters.slabsRelocated.sum();
        try {
            for (int attempt = 0; attempt < ATTEMPTS && !move(zone, slabs, from, to); attempt++) {
                batch.clear();
            }
        } finally {
            table.endRead(zone);
        }
        return ended(zone, counters.slabsRelocated.sum() - before);
    }

    private EvacuatedZone ended(int zone, long moved) {
        long left = table.liveSlabs(zone);
        if (left == 0) {
            return new EvacuatedZone(zone, moved, 0, Outcome.EMPTIED, "");
        }
        if (unwritten != null) {
            return new EvacuatedZone(zone, moved, left, Outcome.NOT_WRITTEN, unwritten);
        }
        if (unreadable != null) {
            return new EvacuatedZone(zone, moved, left, Outcome.UNREADABLE, String.valueOf(unreadable.getMessage()));
        }
        return new EvacuatedZone(
                zone, moved, left, Outcome.IN_USE, "slabs of the zone are on their way between the tiers");
    }

    /** Moves the slabs that are there still; false if another attempt may move more of them. */
    private boolean move(int zone, SlabsOfZones slabs, int from, int to) {
        unreadable = null;
        unwritten = null;
        batch.takeFrom(zone);
        try {
            for (int i = from; i < to && unwritten == null && !isEnding.getAsBoolean(); i++) {
                addIfLive(slabs.slabId(i), slabs.location(i));
                if (batch.isFull()) {
                    relocate();
                }
            }
            relocate();
            return true;
        } catch (CompletionException e) {
            Throwable reason = Failures.reason(e);
            unwritten = String.valueOf(reason.getMessage());
            return reason instanceof DeviceException device && device.problem() == DeviceException.Problem.FULL;
        }
    }

    private void addIfLive(long slabId, long location) {
        if (context.slabs().describe(slabId, image) && image.location == location) {
            batch.add(
                    slabId,
                    image.sizeClass,
                    image.epoch,
                    image.baseGeneration,
                    RelocationBatch.AS_THE_IMAGE_SAYS,
                    location);
        }
    }

    /**
     * Moves the batch's slabs and empties it. A zone that keeps slabs does not give back what is written for the
     * others: for these, the last empty zones are left to collection.
     */
    private void relocate() {
        if (unwritten != null) {
            return;
        }
        ZnsSlabException error = batch.read(reader);
        if (error != null && unreadable == null) {
            unreadable = error;
        }
        boolean hasMore = batch.size() > 0;
        if (hasMore
                && unreadable != null
                && context.zones().freeZones() <= context.zones().reserve()) {
            unwritten = "a slab of the zone can't be read, so that the zone can't be reset, and there is no empty zone"
                    + " to spare for the others; the slab: " + unreadable.getMessage();
        } else if (hasMore) {
            demoter.relocate(batch).join();
        }
        batch.clear();
    }
}
