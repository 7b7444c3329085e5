package io.znsslab.tier;

import io.znsslab.tier.collect.CollectionCounters;
import io.znsslab.tier.demote.DemotionCounters;
import io.znsslab.tier.device.IoMethod;
import io.znsslab.tier.read.ReadCounters;
import io.znsslab.tier.read.SlabCache;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import org.jspecify.annotations.Nullable;

/** The live counters of a tier's parts, and the snapshot of them that callers get. Thread-safe. */
final class TierCounters {
    final DemotionCounters demotion = new DemotionCounters();
    final ReadCounters reads = new ReadCounters();
    final CollectionCounters collection = new CollectionCounters();

    /** @param attached null before an allocator is attached */
    TierStatistics statistics(ZoneTable table, ZoneAllocator zones, @Nullable Attachment attached, IoMethod ioMethod) {
        return new TierStatistics(
                writes(attached),
                new TierStatistics.Reads(
                        reads.slabsRead.sum(),
                        reads.sharedReads.sum(),
                        reads.bytesRead.sum(),
                        reads.corruptSlabs.sum(),
                        reads.failedReads.sum(),
                        reads.latency.summary()),
                cache(attached == null ? null : attached.cache()),
                zones(table, zones),
                new TierStatistics.Collection(
                        collection.zones.sum(),
                        collection.slabsRelocated.sum(),
                        collection.epochsEvicted.sum(),
                        collection.slabsEvicted.sum()),
                attached == null ? new QueueDepths(0, 0, 0, 0, 0) : queueDepths(attached),
                ioMethod);
    }

    private TierStatistics.Writes writes(@Nullable Attachment attached) {
        return new TierStatistics.Writes(
                demotion.slabsDemoted.sum(),
                demotion.extents.sum(),
                demotion.failedExtents.sum(),
                demotion.flushes.sum(),
                new TierStatistics.WrittenBytes(
                        demotion.imageBytes.sum(),
                        demotion.relocatedBytes.sum(),
                        demotion.headerBytes.sum(),
                        demotion.paddingBytes.sum(),
                        attached == null ? 0 : attached.context().log().bytesWritten()),
                new TierStatistics.WriteLatency(
                        demotion.demotionLatency.summary(),
                        demotion.writeLatency.summary(),
                        demotion.flushLatency.summary()));
    }

    private static TierStatistics.Cache cache(@Nullable SlabCache cache) {
        return cache == null
                ? new TierStatistics.Cache(0, 0, 0)
                : new TierStatistics.Cache(cache.hits(), cache.misses(), cache.size());
    }

    private TierStatistics.Zones zones(ZoneTable table, ZoneAllocator zones) {
        long live = 0;
        int inUse = 0;
        for (int zone = 0; zone < table.zoneCount(); zone++) {
            live += table.liveSlabs(zone);
            inUse += switch (table.use(zone)) {
                case OPEN, SEALED, RESETTING -> 1;
                default -> 0;
            };
        }
        return new TierStatistics.Zones(inUse, zones.freeZones(), zones.resets(), live, collection.slabsReleased.get());
    }

    private QueueDepths queueDepths(Attachment attached) {
        return new QueueDepths(
                attached.demoter().backlogBytes(),
                demotion.writesInFlight.current(),
                demotion.writesInFlight.most(),
                attached.reader().inFlight() + attached.waitingReader().inFlight(),
                reads.queuedReads.most() + attached.waitingReader().mostInFlight());
    }
}
