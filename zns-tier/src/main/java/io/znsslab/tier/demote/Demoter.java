package io.znsslab.tier.demote;

import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.EventCount;
import io.znsslab.core.worker.Inbox;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.uring.RingSettings;
import io.znsslab.tier.zone.ZoneAllocator;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Takes batches of slabs to the device; see the package's description. Thread-safe. */
public final class Demoter implements AutoCloseable {
    /** Extents in existence: enough for {@code flushBytes} and for those being reported to their owners meanwhile. */
    private static final int EXTENTS = 512;
    /** The part of the allocator's memory that may wait to be written, as a shift. */
    private static final int BACKLOG_SHIFT = 2;

    private final ZonedDevice device;
    private final int slabBytes;
    private final WritingPlan plan;
    private final long mostBacklogBytes;
    private final DemotionCounters counters;
    private final BlockingQueue<Extent> pool = new ArrayBlockingQueue<>(EXTENTS);
    private final Inbox<DemotedBatch> inbox = new Inbox<>();
    private final CompletionThread completionThread;
    private final Acknowledgements acknowledgements;
    private final AgentRunner runner;
    private volatile IoQueue queue;

    private final ReentrantLock backlogLock = new ReentrantLock();
    private final Condition backlogShrank = backlogLock.newCondition();
    private long backlogBytes;

    /**
     * Starts the writer thread and the completion thread.
     *
     * @param forecast asked when no zone is left
     */
    public Demoter(TierContext context, DemotionSettings settings, DemotionCounters counters, SpaceForecast forecast) {
        device = context.device();
        slabBytes = context.slabs().shape().slabBytes();
        plan = WritingPlan.of(context, settings);
        mostBacklogBytes = Math.min(settings.backlogBytes(), context.slabs().limitBytes() >>> BACKLOG_SHIFT);
        this.counters = counters;
        acknowledgements = new Acknowledgements(context.log());
        int extentSlabs = plan.stagingBytes() / slabBytes;
        for (int i = 0; i < EXTENTS; i++) {
            pool.add(new Extent(extentSlabs));
        }
        completionThread = new CompletionThread(pool, counters, context.log(), device.name(), this::wake);
        Writing writing =
                new Writing(() -> new ExtentWriter(context, plan, counters, pool, completionThread, forecast));
        runner = new AgentRunner(writing, () -> queue.wake());
        context.zones().onFree(this::wake);
        try {
            runner.start();
        } catch (RuntimeException | Error e) {
            completionThread.close();
            throw e;
        }
    }

    /** Bytes off the heap that a demoter takes. */
    public static long memoryBytes(ZoneAllocator zones, int slabBytes, DemotionSettings settings) {
        WritingPlan plan = WritingPlan.of(zones, slabBytes, settings);
        return (long) plan.buffers() * plan.stagingBytes() + RingSettings.memoryBytes(plan.queueDepth());
    }

    /** Accepts a batch; see {@link io.znsslab.core.cold.ColdTier#demote}. Blocks while the backlog is full. */
    public CompletableFuture<Void> demote(SlabBatch batch) {
        reserveBacklog((long) batch.size() * slabBytes);
        return accept(batch);
    }

    /**
     * Accepts slabs that move to another zone. Never blocks: they are few, and demotions may wait for the space that
     * their move frees.
     */
    public CompletableFuture<Void> relocate(RelocatedSlabs slabs) {
        shrinkBacklog(-slabs.size());
        return accept(slabs);
    }

    private CompletableFuture<Void> accept(SlabBatch batch) {
        long bytes = (long) batch.size() * slabBytes;
        int writersAllowed = plan.writersFor(bytes);
        DemotedBatch demotion = newDemotion(batch, writersAllowed);
        if (!runner.isClosing() && inbox.add(demotion)) {
            wake();
        } else {
            refuse(demotion);
        }
        return demotion.future;
    }

    private DemotedBatch newDemotion(SlabBatch batch, int writersAllowed) {
        try {
            return new DemotedBatch(batch, writersAllowed, counters, acknowledgements);
        } catch (Throwable e) {
            shrinkBacklog(batch.size());
            throw e;
        }
    }

    private void reserveBacklog(long bytes) {
        backlogLock.lock();
        try {
            while (backlogBytes > 0
                    && backlogBytes + bytes > mostBacklogBytes
                    && !runner.isClosing()
                    && runner.failure() == null) {
                backlogShrank.awaitUninterruptibly();
            }
            backlogBytes += bytes;
        } finally {
            backlogLock.unlock();
        }
    }

    private void shrinkBacklog(long slabs) {
        backlogLock.lock();
        try {
            backlogBytes -= slabs * slabBytes;
            backlogShrank.signalAll();
        } finally {
            backlogLock.unlock();
        }
    }

    /** Bytes of slabs that were accepted and that no extent holds yet. */
    public long backlogBytes() {
        backlogLock.lock();
        try {
            return backlogBytes;
        } finally {
            backlogLock.unlock();
        }
    }

    /** Wakes the writer thread. Any thread may call. */
    public void wake() {
        runner.signal();
    }

    private void refuse(DemotedBatch demotion) {
        Throwable cause = runner.failure();
        demotion.fail(new IllegalStateException(
                cause == null
                        ? "the tier on " + device.name() + " is closed"
                        : "demotion to " + device.name() + " has stopped: " + cause,
                cause));
        shrinkBacklog(demotion.batch.size());
        demotion.partEnds();
    }

    private interface WriterFactory {
        ExtentWriter make();
    }

    /** The work of the writer thread. */
    private final class Writing implements Agent {
        private final WriterFactory factory;
        private ExtentWriter writer;

        Writing(WriterFactory factory) {
            this.factory = factory;
        }

        @Override
        public String name() {
            return "zns-slab-demotion";
        }

        @Override
        public String purpose() {
            return "demotion to " + device.name();
        }

        /** The queue has a single owner, so the thread that uses it opens it. */
        @Override
        public void begin() {
            writer = factory.make();
            queue = writer.queue();
        }

        @Override
        public long work() {
            boolean progress = takeInbox();
            progress |= writer.step();
            int assigned = writer.takeAssigned();
            if (assigned > 0) {
                shrinkBacklog(assigned);
            }
            if (!progress) {
                return UNTIL_SIGNALLED;
            }
            writer.queue().poll();
            return BUSY;
        }

        private boolean takeInbox() {
            DemotedBatch demotion = inbox.take();
            boolean any = demotion != null;
            while (demotion != null) {
                DemotedBatch next = Inbox.unlink(demotion);
                writer.accept(demotion);
                demotion = next;
            }
            return any;
        }

        @Override
        public boolean hasWork() {
            return !writer.isIdle() || !inbox.isEmpty();
        }

        @Override
        public void await(EventCount events, long nanos) {
            if (events.beginWait()) {
                writer.queue().await();
            }
        }

        /** Which writes reached the device is unknown then: the writer can't go on. */
        @Override
        public boolean failed(Throwable cause) {
            writer.failAll(cause);
            return false;
        }

        @Override
        public void end() {
            DemotedBatch demotion = inbox.close();
            while (demotion != null) {
                DemotedBatch next = Inbox.unlink(demotion);
                refuse(demotion);
                demotion = next;
            }
            // Callers that wait for space in the backlog return and are refused.
            shrinkBacklog(0);
            writer.close();
        }
    }

    /** Finishes the accepted batches, then ends the threads. Later batches fail. */
    @Override
    public void close() {
        runner.stop();
        // Callers that wait for space in the backlog of a closed demoter return and are refused.
        shrinkBacklog(0);
        runner.close();
        completionThread.close();
    }
}
