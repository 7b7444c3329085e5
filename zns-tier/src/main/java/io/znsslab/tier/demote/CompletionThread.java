package io.znsslab.tier.demote;

import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.recovery.CheckpointLog;
import java.util.concurrent.BlockingQueue;

/** The agent that tells owners which of their slabs are durable. Extents that it is done with go back to the pool. */
final class CompletionThread implements Agent, AutoCloseable {
    private final Inbox<Extent> durable = new Inbox<>();
    private final BlockingQueue<Extent> pool;
    private final Runnable onReturn;
    private final DemotionCounters counters;
    private final CheckpointLog log;
    private final String device;
    private final AgentRunner runner = new AgentRunner(this);

    /** What was taken from the inbox and is not handed over yet; of the agent's thread. */
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

    /** Takes over an extent that is durable. */
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

    /** The extent that was being handed over is lost to its demotions; the next has nothing to do with it. */
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

    /** Ends once everything is handed over. */
    @Override
    public void close() {
        runner.close();
    }
}
