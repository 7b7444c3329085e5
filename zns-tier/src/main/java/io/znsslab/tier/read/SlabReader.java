package io.znsslab.tier.read;

import io.znsslab.core.ColdTier;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.Uninterruptibly;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reads slabs for any number of threads through one reading thread; who wants the same slab at the same time shares a
 * transfer. Thread-safe.
 */
public final class SlabReader implements AutoCloseable {
    private final ReadSource source;
    private final int depth;
    private final BlockingQueue<QueuedRead> free;
    /**
     * Reads on their way to the reading thread: a stack, linked through the reads themselves, that is taken as a
     * whole.
     */
    private final AtomicReference<QueuedRead> inbox = new AtomicReference<>();

    private final ReadsInFlight inFlight;
    /** Requests of continuations that found no free buffer; of the reading thread only. */
    private final ArrayDeque<Runnable> postponed = new ArrayDeque<>();

    private final Thread thread;
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile IoQueue queue;
    private volatile boolean asleep;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile Throwable broken;

    /**
     * Starts the thread.
     *
     * @param depth most reads in flight, and as many staging buffers
     */
    public SlabReader(ReadSource source, int depth) {
        this.source = source;
        this.depth = depth;
        free = new ArrayBlockingQueue<>(depth);
        inFlight = new ReadsInFlight(depth);
        thread = Thread.ofPlatform().daemon().name("zns-slab-reading").unstarted(this::run);
        thread.start();
        Uninterruptibly.await(started);
        if (broken instanceof RuntimeException failure) {
            throw failure;
        }
    }

    /** Reads a slab; see {@link ColdTier#read}. Blocks while all buffers are taken, except on the reading thread. */
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        FutureSlab future = new FutureSlab();
        read(slabId, sizeClass, location, destination, future);
        return future;
    }

    private static final class FutureSlab extends CompletableFuture<Void> implements ColdTier.Listener {
        @Override
        public void readEnded(RuntimeException failure) {
            if (failure == null) {
                complete(null);
            } else {
                completeExceptionally(failure);
            }
        }
    }

    /** The same, telling a listener. Allocates nothing, unless the reading thread itself finds all buffers taken. */
    public void read(long slabId, int sizeClass, long location, MemorySegment destination, ColdTier.Listener listener) {
        QueuedRead read = Thread.currentThread() == thread ? free.poll() : Uninterruptibly.take(free);
        if (read != null) {
            begin(read, slabId, sizeClass, location, destination, listener);
        } else if (postponed.size() < depth) {
            postponed.add(() -> begin(free.remove(), slabId, sizeClass, location, destination, listener));
        } else {
            listener.readEnded(new ZnsSlabException("slab " + slabId + " can't be read now: " + depth
                    + " reads are in flight and as many wait, and the reading thread itself can't wait for them"));
        }
    }

    private void begin(
            QueuedRead read,
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            ColdTier.Listener listener) {
        ZnsSlabException refusal =
                closing || broken != null ? closed() : read.prepare(slabId, sizeClass, location, destination);
        if (refusal != null) {
            free.add(read);
            listener.readEnded(refusal);
            return;
        }
        read.listener = listener;
        QueuedRead head;
        do {
            head = inbox.get();
            read.next = head;
        } while (!inbox.compareAndSet(head, read));
        if (ended) {
            // The thread has looked for the last time; whoever finds the read fails it.
            failInbox();
        } else if (asleep && Thread.currentThread() != thread) {
            // A continuation of a read needs no wake-up: the thread that runs it looks at the inbox before it sleeps
            // again.
            queue.wake();
        }
    }

    /** Reads under way. */
    public int inFlight() {
        return depth - free.size();
    }

    private ZnsSlabException closed() {
        return new ZnsSlabException("the tier on " + source.device().name() + " is closed", broken);
    }

    private void run() {
        try (StagingBuffers buffers = new StagingBuffers(depth, source.slabBytes());
                IoQueue opened = source.device().openQueue(new IoQueueSettings(depth, true, true, List.of(buffers)))) {
            for (int i = 0; i < depth; i++) {
                free.add(new QueuedRead(source, buffers, i, inFlight, free, opened));
            }
            queue = opened;
            started.countDown();
            work(opened);
        } catch (RuntimeException | Error e) {
            broken = e;
        } finally {
            ended = true;
            failInbox();
            started.countDown();
        }
    }

    private void work(IoQueue opened) {
        while (true) {
            boolean stopping = closing;
            boolean any = submitInbox();
            while (!postponed.isEmpty() && !free.isEmpty()) {
                postponed.remove().run();
                any = true;
            }
            if (any) {
                source.counters().queuedReads.set(opened.inFlight());
            } else if (stopping && opened.inFlight() == 0 && inbox.get() == null) {
                return;
            }
            if (any && opened.mayHaveCompletion()) {
                opened.poll();
            } else {
                // Sends, too: one call of the kernel for both.
                sleep(opened);
            }
        }
    }

    private void sleep(IoQueue opened) {
        asleep = true;
        // Announced, then looked: who adds a read, or closes, after this look sees that we sleep.
        boolean nothingNew = inbox.get() == null && !(closing && opened.inFlight() == 0);
        if (nothingNew) {
            opened.await();
        } else {
            opened.poll();
        }
        asleep = false;
    }

    private boolean submitInbox() {
        QueuedRead read = takeInboxInOrder();
        boolean any = read != null;
        while (read != null) {
            QueuedRead next = read.next;
            read.next = null;
            if (inFlight.addOrJoin(read)) {
                read.submit();
            }
            read = next;
        }
        return any;
    }

    private QueuedRead takeInboxInOrder() {
        QueuedRead newest = inbox.getAndSet(null);
        QueuedRead oldest = null;
        while (newest != null) {
            QueuedRead next = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    private void failInbox() {
        QueuedRead read = takeInboxInOrder();
        while (read != null) {
            QueuedRead next = read.next;
            read.next = null;
            read.abort(closed());
            read = next;
        }
    }

    /** Waits for the reads in flight, then ends the thread. Reads that come later fail. */
    @Override
    public void close() {
        closing = true;
        if (asleep) {
            queue.wake();
        }
        Uninterruptibly.join(thread);
    }
}
