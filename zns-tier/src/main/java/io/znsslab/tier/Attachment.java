package io.znsslab.tier;

import io.znsslab.tier.collect.Collector;
import io.znsslab.tier.demote.Demoter;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.read.ReadSource;
import io.znsslab.tier.read.RunReader;
import io.znsslab.tier.read.SlabCache;
import io.znsslab.tier.read.SlabReader;
import io.znsslab.tier.read.WaitingReader;
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
            WaitingReader waitingReader = new WaitingReader(source, Math.min(settings.readDepth(), MOST_WAITING_READS));
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
