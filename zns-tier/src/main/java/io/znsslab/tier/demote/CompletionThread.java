package io.znsslab.tier.demote;

import io.znsslab.core.event.StoreEvents;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.recovery.CheckpointLog;
import java.util.concurrent.BlockingQueue;

/** The agent that reports durable slabs to their owners. It returns finished extents to the pool. */
final class CompletionThread implements Agent, AutoCloseable {
    private final Inbox<Extent> durable = new Inbox<>();
    private final BlockingQueue<Extent> pool;
    private final Runnable onReturn;
    private final DemotionCounters counters;
    private final CheckpointLog log;
    private final String device;
    private final AgentRunner runner = new AgentRunner(this);

    /** The extent being reported; used by the agent's thread only. */
    private Extent taken;

    /** @param onReturn called after an extent went back to the pool */
    CompletionThread(
            BlockingQueue<Extent> pool,
            DemotionCounters counters,
            CheckpointLog log,
            String device,
            Runnable onReturn) {
        this.log = log;
        this.pool = pool;
        this.device = device;
        this.onReturn = onReturn;
        this.counters = counters;
        runner.start();
    }

    @Override
    public String name() {
        return "zns-slab-demotion-completion";
    }

    @Override
    public String purpose() {
        return "the hand-over of slabs that were demoted to " + device;
    }

    /** Queues an extent that is durable. */
    void add(Extent extent) {
        if (durable.add(extent)) {
            runner.signal();
        } else {
            fail(extent, runner.failure());
        }
    }

    @Override
    public long work() {
        if (taken == null) {
            taken = durable.take();
        }
        if (taken == null) {
            return UNTIL_SIGNALLED;
        }
        Extent extent = taken;
        int slabs = extent.demotedSlabs();
        extent.handOver(log);
        taken = Inbox.unlink(extent);
        counters.slabsDemoted.add(slabs);
        StoreEvents.slabsDemoted(device, extent.zone, slabs);
        giveBack(extent);
        return BUSY;
    }

    @Override
    public boolean hasWork() {
        return taken != null || !durable.isEmpty();
    }

    private void giveBack(Extent extent) {
        pool.add(extent);
        onReturn.run();
    }

    private void fail(Extent extent, Throwable cause) {
        extent.fail(cause);
        giveBack(extent);
    }

    /** The demotions of the extent being reported fail; the next extent is unaffected. */
    @Override
    public boolean failed(Throwable cause) {
        if (taken != null) {
            Extent extent = taken;
            taken = Inbox.unlink(extent);
            fail(extent, cause);
        }
        return true;
    }

    @Override
    public void end() {
        Extent extent = durable.close();
        while (extent != null) {
            Extent next = Inbox.unlink(extent);
            fail(extent, runner.failure());
            extent = next;
        }
    }

    /** Ends once all queued extents are reported. */
    @Override
    public void close() {
        runner.close();
    }
}
