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

    private final ZonedDevice device;
    private final int slabBytes;
    private final DemotionSettings settings;
    private final int lanes;
    private final BlockingQueue<Extent> pool = new ArrayBlockingQueue<>(EXTENTS);
    private final ConcurrentLinkedQueue<Demotion> inbox = new ConcurrentLinkedQueue<>();
    private final HandOver handOver;
    private final Thread thread;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile IoQueue queue;
    private volatile boolean asleep;
    private volatile boolean closing;
    private volatile Throwable broken;

    private final ReentrantLock backlogLock = new ReentrantLock();
    private final Condition backlogShrank = backlogLock.newCondition();
    private long backlogBytes;

    /** Starts the threads. */
    public Demoter(Destination destination, DemotionSettings settings, DemotionCounters counters) {
        device = destination.device();
        this.settings = settings;
        slabBytes = destination.shape().slabBytes();
        lanes = Math.min(settings.lanes(), destination.zones().tokens());
        int stagingBytes = Math.max(settings.stagingBytes(), 4 * slabBytes);
        handOver = new HandOver(pool, EXTENTS, counters, this::wakeIfAsleep);
        thread = Thread.ofPlatform()
                .daemon()
                .name("zns-slab-demotion")
                .unstarted(() -> run(
                        () -> new ExtentWriter(destination, settings, counters, pool, handOver, lanes, stagingBytes)));
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
        long bytes = (long) batch.size() * slabBytes;
        reserveBacklog(bytes);
        int lanesAllowed = Math.clamp(bytes / settings.stripeBytes(), 1, lanes);
        Demotion demotion = new Demotion(batch, lanesAllowed);
        inbox.add(demotion);
        if (closing || broken != null) {
            // The thread may have looked for the last time; whoever finds it still in the inbox fails it.
            failInbox();
        } else {
            wakeIfAsleep();
        }
        return demotion.future;
    }

    private void reserveBacklog(long bytes) {
        backlogLock.lock();
        try {
            while (backlogBytes > 0 && backlogBytes + bytes > settings.backlogBytes() && !closing && broken == null) {
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

    private void wakeIfAsleep() {
        if (asleep) {
            queue.wake();
        }
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
            boolean stopping = closing;
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
        asleep = true;
        // Announced, then looked: who adds to the inbox or the pool, or closes, after this look sees that we sleep.
        boolean nothingNew = inbox.isEmpty() && !writer.canGoOn() && !(closing && writer.isIdle());
        if (nothingNew) {
            writer.queue().await();
        }
        asleep = false;
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
        closing = true;
        wakeIfAsleep();
        Uninterruptibly.join(thread);
        handOver.close();
    }
}
