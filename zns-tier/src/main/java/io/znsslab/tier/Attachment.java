package io.znsslab.tier;

import io.znsslab.core.cold.TierMemory;
import io.znsslab.tier.collect.Collector;
import io.znsslab.tier.demote.Demoter;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.read.ReadSource;
import io.znsslab.tier.read.RunReader;
import io.znsslab.tier.read.SlabCache;
import io.znsslab.tier.read.SlabReader;
import io.znsslab.tier.read.WaitingReader;
import io.znsslab.tier.recovery.CheckpointLog;
import io.znsslab.tier.zone.ZoneAllocator;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a tier that exist once an allocator is attached.
 *
 * @param cache null when the tier has no read cache
 */
record Attachment(
        TierContext context,
        Demoter demoter,
        SlabReader reader,
        WaitingReader waitingReader,
        RunReader runReader,
        @Nullable SlabCache cache,
        Collector collector) {
    /** Threads that read by themselves at a time; others wait for one of them to finish. */
    private static final int MOST_WAITING_READS = 16;
    /** What a device has of its own at most: a buffer for transfers that are waited for, and its ring. */
    private static final long DEVICE_BYTES = 288 << 10;
    /** What a device keeps of each zone off the heap at most: a line of a file's table. */
    private static final int ZONE_BYTES = 32;

    /** Starts the agents. When one of them can't be started, those started before are closed. */
    static Attachment start(TierContext context, TierSettings settings, TierCounters counters) {
        AtomicReference<Collector> collector = new AtomicReference<>();
        Demoter demoter = new Demoter(context, settings.demotion(), counters.demotion, waitedNanos -> {
            Collector working = collector.get();
            return working != null && working.mayFreeZone(waitedNanos);
        });
        try {
            ReadSource source = new ReadSource(
                    context.device(), context.identity(), context.slabs().shape(), context.table(), counters.reads);
            SlabReader reader = new SlabReader(source, settings.readDepth());
            SlabCache cache = settings.readCacheBytes() == 0
                    ? null
                    : new SlabCache(
                            settings.readCacheBytes(), context.slabs().shape().slabBytes());
            collector.set(
                    new Collector(context, demoter, reader, counters.collection, settings.collection(), location -> {
                        if (cache != null) {
                            cache.remove(location);
                        }
                    }));
            WaitingReader waitingReader = new WaitingReader(source, waitingReads(settings));
            return new Attachment(
                    context,
                    demoter,
                    reader,
                    waitingReader,
                    new RunReader(source, waitingReader),
                    cache,
                    collector.get());
        } catch (RuntimeException | Error e) {
            demoter.close();
            throw e;
        }
    }

    private static int waitingReads(TierSettings settings) {
        return Math.min(settings.readDepth(), MOST_WAITING_READS);
    }

    /** What memory the parts take at most, beside an allocator with slabs of that size. */
    static TierMemory memory(ZonedDevice device, ZoneAllocator zones, int slabBytes, TierSettings settings) {
        long buffers = Demoter.memoryBytes(zones, slabBytes, settings.demotion())
                + SlabReader.memoryBytes(settings.readDepth(), slabBytes)
                + WaitingReader.memoryBytes(waitingReads(settings), slabBytes)
                + RunReader.memoryBytes(device, slabBytes)
                + Collector.memoryBytes(slabBytes)
                + CheckpointLog.memoryBytes(device)
                + DEVICE_BYTES
                + (long) ZONE_BYTES * device.geometry().zoneCount();
        long cache = settings.readCacheBytes() == 0 ? 0 : SlabCache.memoryBytes(settings.readCacheBytes(), slabBytes);
        return new TierMemory(buffers, cache);
    }

    /** Ends the agents, each before those that it uses. */
    void finish() {
        collector.close();
        demoter.close();
        reader.close();
        runReader.close();
        waitingReader.close();
        context.reclaimer().close();
    }

    /** Ends the log with a mark that the store was closed in order, and frees the cache. */
    void close() {
        context.log().close();
        if (cache != null) {
            cache.close();
        }
    }
}
