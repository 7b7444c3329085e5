package io.znsslab.tier.demote;

import io.znsslab.tier.device.Uninterruptibly;
import io.znsslab.tier.recovery.CheckpointLog;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The thread that tells owners which of their slabs are durable. Extents that it is done with go back to the pool. */
final class HandOver implements AutoCloseable {
    private final BlockingQueue<Extent> durable;
    private final BlockingQueue<Extent> pool;
    private final Runnable onReturn;
    private final DemotionCounters counters;
    private final CheckpointLog log;
    private final Extent end = new Extent(0);
    private final Thread thread;

    /** @param onReturn called after an extent went back to the pool */
    HandOver(BlockingQueue<Extent> pool, int extents, DemotionCounters counters, CheckpointLog log, Runnable onReturn) {
        this.log = log;
        this.pool = pool;
        this.onReturn = onReturn;
        this.counters = counters;
        // Room for all that there are, and the end: adding never blocks the writing thread.
        durable = new ArrayBlockingQueue<>(extents + 1);
        thread = Thread.ofPlatform().daemon().name("zns-slab-hand-over").unstarted(this::run);
        thread.start();
    }

    /** Takes over an extent that is durable. */
    void add(Extent extent) {
        durable.add(extent);
    }

    private void run() {
        for (Extent extent = Uninterruptibly.take(durable); extent != end; extent = Uninterruptibly.take(durable)) {
            int slabs = extent.demotedSlabs();
            extent.handOver(log);
            counters.slabsDemoted.add(slabs);
            pool.add(extent);
            onReturn.run();
        }
    }

    /** Ends once everything is handed over. */
    @Override
    public void close() {
        durable.add(end);
        Uninterruptibly.join(thread);
    }
}
