package io.znsslab.tier.demote;

import io.znsslab.core.SlabBatch;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.Uninterruptibly;
import io.znsslab.tier.device.ZonedDevice;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Takes batches of slabs to the device; see the package's description. Thread-safe. */
public final class Demoter implements AutoCloseable {
    /** Extents between being filled and being handed over: enough for {@code flushBytes} and what is being handed over meanwhile. */
    private static final int EXTENTS = 512;
    /**
     * From so many zones on, what was moved more than once has a zone of its own being written: with fewer, the room
     * that this keeps from others costs more than it wins.
     */
    private static final int LEAST_ZONES_FOR_TWO_AGES = 128;

    private final ZonedDevice device;
    private final int slabBytes;
    private final DemotionSettings settings;
    private final int lanes;
    private final int lanesForDemotions;
    private final DemotionCounters counters;
    private final BlockingQueue<Extent> pool = new ArrayBlockingQueue<>(EXTENTS);
    private final ConcurrentLinkedQueue<Demotion> inbox = new ConcurrentLinkedQueue<>();
    private final HandOver handOver;
    private final Acknowledgements acknowledgements;
    private final Thread thread;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile IoQueue queue;
    private final Doorbell doorbell = new Doorbell(() -> queue.wake());
    private volatile Throwable broken;

    private final ReentrantLock backlogLock = new ReentrantLock();
    private final Condition backlogShrank = backlogLock.newCondition();
    private long backlogBytes;

    /**
     * Starts the threads.
     *
     * @param room asked when no zone is left
     */
    public Demoter(Destination destination, DemotionSettings settings, DemotionCounters counters, RoomToCome room) {
        device = destination.device();
        this.settings = settings;
        slabBytes = destination.shape().slabBytes();
        // More than asked for, for relocations, if the device allows.
        int forRelocations = device.geometry().zoneCount() >= LEAST_ZONES_FOR_TWO_AGES ? 2 : 1;
        int tokens = destination.zones().tokens();
        lanes = Math.min(settings.lanes() + forRelocations, tokens);
        lanesForDemotions = Math.max(1, lanes - (lanes == settings.lanes() + forRelocations ? forRelocations : 1));
        this.counters = counters;
        acknowledgements = new Acknowledgements(destination.log());
        int stagingBytes = Math.max(settings.stagingBytes(), 4 * slabBytes);
        handOver = new HandOver(pool, EXTENTS, counters, destination.log(), this::wake);
        destination.zones().onFree(this::wake);
        thread = Thread.ofPlatform()
                .daemon()
                .name("zns-slab-demotion")
                .unstarted(() -> run(() -> new ExtentWriter(
                        destination,
                        settings,
                        counters,
                        pool,
                        handOver,
                        lanes,
                        lanesForDemotions,
                        stagingBytes,
                        room)));
        int extentSlabs = stagingBytes / slabBytes;
        for (int i = 0; i < EXTENTS; i++) {
            pool.add(new Extent(extentSlabs));
        }
        thread.start();
        awaitStart();
    }

    private void awaitStart() {
        Uninterruptibly.await(started);
        if (broken instanceof RuntimeException failure) {
            handOver.close();
            throw failure;
        }
    }

    /** Accepts a batch; see {@link io.znsslab.core.ColdTier#demote}. Blocks while the backlog is full. */
    public CompletableFuture<Void> demote(SlabBatch batch) {
        reserveBacklog((long) batch.size() * slabBytes);
        return accept(batch);
    }

    /** Accepts slabs that move to another zone. Never blocks: they are few, and others may wait for the room that they make. */
    public CompletableFuture<Void> relocate(RelocatedSlabs slabs) {
        shrinkBacklog(-slabs.size());
        return accept(slabs);
    }

    private CompletableFuture<Void> accept(SlabBatch batch) {
        long bytes = (long) batch.size() * slabBytes;
        int lanesAllowed = Math.clamp(bytes / settings.stripeBytes(), 1, lanesForDemotions);
        Demotion demotion = new Demotion(batch, lanesAllowed, counters, acknowledgements);
        if (!demotion.isRelocation()) {
            acknowledgements.begin(demotion);
        }
        inbox.add(demotion);
        if (doorbell.isClosed() || broken != null) {
            // The thread may have looked for the last time; whoever finds it still in the inbox fails it.
            failInbox();
        } else {
            wake();
        }
        return demotion.future;
    }

    private void reserveBacklog(long bytes) {
        backlogLock.lock();
        try {
            while (backlogBytes > 0
                    && backlogBytes + bytes > settings.backlogBytes()
                    && !doorbell.isClosed()
                    && broken == null) {
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

    /** Bytes of slabs that were accepted and are in no extent yet. */
    public long backlogBytes() {
        backlogLock.lock();
        try {
            return backlogBytes;
        } finally {
            backlogLock.unlock();
        }
    }

    /** Has the writing thread look again for what it can do. Any thread may call. */
    public void wake() {
        doorbell.ring();
    }

    private interface WriterFactory {
        ExtentWriter make();
    }

    private void run(WriterFactory factory) {
        ExtentWriter writer;
        try {
            // Made by the thread that uses its queue, which has a single owner.
            writer = factory.make();
            queue = writer.queue();
        } catch (RuntimeException | Error e) {
            broken = e;
            return;
        } finally {
            started.countDown();
        }
        try (writer) {
            work(writer);
        } catch (RuntimeException | Error e) {
            broken = e;
            System.getLogger(Demoter.class.getName())
                    .log(System.Logger.Level.ERROR, "demotion to " + device.name() + " has stopped", e);
            writer.failAll(e);
        } finally {
            shrinkBacklog(0);
            failInbox();
        }
    }

    private void work(ExtentWriter writer) {
        while (true) {
            boolean stopping = doorbell.beginLook();
            boolean progress = takeInbox(writer);
            progress |= writer.step();
            int assigned = writer.takeAssigned();
            if (assigned > 0) {
                shrinkBacklog(assigned);
            }
            if (progress) {
                writer.queue().poll();
            } else if (stopping && writer.isIdle() && inbox.isEmpty()) {
                return;
            } else {
                sleep(writer);
            }
        }
    }

    private void sleep(ExtentWriter writer) {
        if (doorbell.lieDown()) {
            writer.queue().await();
            doorbell.standUp();
        }
    }

    private boolean takeInbox(ExtentWriter writer) {
        boolean any = false;
        for (Demotion demotion = inbox.poll(); demotion != null; demotion = inbox.poll()) {
            writer.accept(demotion);
            any = true;
        }
        return any;
    }

    private void failInbox() {
        for (Demotion demotion = inbox.poll(); demotion != null; demotion = inbox.poll()) {
            demotion.fail(new IllegalStateException("the tier on " + device.name() + " is closed", broken));
            demotion.partEnds();
        }
    }

    /** Finishes what was accepted, then ends the threads. Batches that come later fail. */
    @Override
    public void close() {
        doorbell.close();
        Uninterruptibly.join(thread);
        handOver.close();
    }
}
