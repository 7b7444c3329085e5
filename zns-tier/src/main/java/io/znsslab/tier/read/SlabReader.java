package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.EventCount;
import io.znsslab.core.worker.Inbox;
import io.znsslab.core.worker.Uninterruptibly;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.staging.StagingBuffers;
import io.znsslab.tier.uring.RingSettings;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads slabs for any number of threads through one reader thread; concurrent reads of one slab share a transfer.
 * Thread-safe.
 */
public final class SlabReader implements AutoCloseable {
    private final ReadSource source;
    private final int depth;
    private final BlockingQueue<QueuedRead> free;
    /** Reads on their way to the reader thread. */
    private final Inbox<QueuedRead> inbox = new Inbox<>();

    private final ReadsInFlight inFlight;
    /** Requests that listeners made on the reader thread when no buffer was free; used by that thread only. */
    private final ArrayDeque<Postponed> postponed = new ArrayDeque<>();
    /** Requests for futures, whose callers do not wait for a buffer. */
    private final Queue<Postponed> waiting = new ConcurrentLinkedQueue<>();
    /** Threads that wait for a buffer. */
    private final AtomicInteger blocked = new AtomicInteger();
    /** Whether the next buffer that both want is for a future; used by the reader thread only. */
    private boolean futuresTurn;

    private final AgentRunner runner;
    private volatile IoQueue queue;

    private record Postponed(
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            long ticket,
            ColdTier.TicketListener listener) {

        void fail(ZnsSlabException reason) {
            listener.readEnded(ticket, reason);
        }
    }

    /**
     * Starts the reader thread.
     *
     * @param depth most reads in flight, and as many staging buffers
     */
    public SlabReader(ReadSource source, int depth) {
        this.source = source;
        this.depth = depth;
        free = new ArrayBlockingQueue<>(depth);
        inFlight = new ReadsInFlight(depth);
        runner = new AgentRunner(new Reading(), () -> queue.wake());
        runner.start();
    }

    /** Bytes off the heap that a reader of that depth takes. */
    public static long memoryBytes(int depth, int slabBytes) {
        return (long) depth * slabBytes + RingSettings.memoryBytes(depth);
    }

    /**
     * Reads a slab; see {@link ColdTier#read}. Never blocks: while all buffers are taken the request waits in a list.
     * What bounds that is the caller, who holds the destination.
     */
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        FutureSlab future = new FutureSlab();
        // Those that wait are first.
        QueuedRead read = waiting.isEmpty() ? free.poll() : null;
        if (read != null) {
            begin(read, slabId, sizeClass, location, destination, 0, future);
            return future;
        }
        Postponed request = new Postponed(slabId, sizeClass, location, destination, 0, future);
        waiting.add(request);
        runner.signal();
        // Either the reader thread, before its end, sees the request, or this thread sees that it is ending.
        if (isEnding() && waiting.remove(request)) {
            request.fail(closed());
        }
        return future;
    }

    private static final class FutureSlab extends CompletableFuture<Void> implements ColdTier.TicketListener {
        @Override
        public void readEnded(long ticket, RuntimeException failure) {
            if (failure == null) {
                complete(null);
            } else {
                completeExceptionally(failure);
            }
        }
    }

    /**
     * The same with a listener instead of a future. Blocks while all buffers are taken, except on the reader thread,
     * which calls the listener. Allocates nothing, unless the reader thread itself finds all buffers taken.
     */
    public void read(
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            long ticket,
            ColdTier.TicketListener listener) {
        QueuedRead read = free.poll();
        if (read == null && !runner.isOwnThread()) {
            read = awaitFree();
        }
        if (read != null) {
            begin(read, slabId, sizeClass, location, destination, ticket, listener);
        } else if (postponed.size() < depth) {
            postponed.add(new Postponed(slabId, sizeClass, location, destination, ticket, listener));
        } else {
            ZnsSlabException refusal = new ZnsSlabException("slab " + slabId + " can't be read now: " + depth
                    + " reads are in flight and as many wait, and the reader thread itself can't wait for them");
            listener.readEnded(ticket, refusal);
        }
    }

    private QueuedRead awaitFree() {
        blocked.getAndIncrement();
        try {
            return Uninterruptibly.take(free);
        } finally {
            blocked.getAndDecrement();
        }
    }

    private void begin(
            QueuedRead read,
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            long ticket,
            ColdTier.TicketListener listener) {
        ZnsSlabException refusal = isEnding() ? closed() : read.prepare(slabId, sizeClass, location, destination);
        if (refusal != null) {
            free.add(read);
            // for one that waits
            runner.signal();
            listener.readEnded(ticket, refusal);
            return;
        }
        read.ticket = ticket;
        read.listener = listener;
        if (inbox.add(read)) {
            runner.signal();
        } else {
            read.abort(closed());
        }
    }

    /** Reads under way. */
    public int inFlight() {
        return depth - free.size();
    }

    private boolean isEnding() {
        return runner.isClosing() || runner.failure() != null;
    }

    private ZnsSlabException closed() {
        Throwable cause = runner.failure();
        return cause == null
                ? new ZnsSlabException("the tier on " + source.device().name() + " is closed")
                : new ZnsSlabException("reading from " + source.device().name() + " has stopped: " + cause, cause);
    }

    /** The work of the reader thread. */
    private final class Reading implements Agent {
        private final QueuedRead[] reads = new QueuedRead[depth];
        private StagingBuffers buffers;
        /** The read taken from the inbox that is not submitted yet. */
        private QueuedRead taken;

        @Override
        public String name() {
            return "zns-slab-reading";
        }

        @Override
        public String purpose() {
            return "reading from " + source.device().name();
        }

        @Override
        public void begin() {
            buffers = new StagingBuffers(depth, source.slabBytes());
            try {
                queue = source.device().openQueue(new IoQueueSettings(depth, true, true, List.of(buffers.memory())));
            } catch (Throwable e) {
                buffers.close();
                throw e;
            }
            for (int i = 0; i < depth; i++) {
                reads[i] = new QueuedRead(source, buffers, i, inFlight, free, queue);
                free.add(reads[i]);
            }
        }

        @Override
        public long work() {
            boolean any = submitInbox();
            any |= beginThoseThatWait();
            if (any) {
                source.counters().queuedReads.set(queue.inFlight());
            }
            if (any && queue.mayHaveCompletion()) {
                queue.poll();
                return BUSY;
            }
            return UNTIL_SIGNALLED;
        }

        private boolean beginThoseThatWait() {
            boolean any = false;
            while (!postponed.isEmpty() || isFuturesTurn()) {
                QueuedRead read = free.poll();
                if (read == null) {
                    break;
                }
                Postponed request = postponed.isEmpty() ? waiting.poll() : postponed.remove();
                if (request == null) {
                    // Its caller has taken it back.
                    free.add(read);
                    break;
                }
                any = true;
                SlabReader.this.begin(
                        read,
                        request.slabId,
                        request.sizeClass,
                        request.location,
                        request.destination,
                        request.ticket,
                        request.listener);
            }
            return any;
        }

        /** Futures and threads that are blocked get buffers by turns, so that neither starve the other. */
        private boolean isFuturesTurn() {
            if (waiting.isEmpty()) {
                return false;
            }
            futuresTurn = !futuresTurn || blocked.get() == 0;
            return futuresTurn;
        }

        @Override
        public boolean hasWork() {
            return queue.inFlight() > 0 || !inbox.isEmpty() || !postponed.isEmpty() || !waiting.isEmpty();
        }

        /** Submits as well: one call of the kernel for both. */
        @Override
        public void await(EventCount events, long nanos) {
            if (events.beginWait()) {
                queue.await();
            } else {
                queue.poll();
            }
        }

        private boolean submitInbox() {
            taken = inbox.take();
            boolean any = taken != null;
            while (taken != null) {
                QueuedRead read = taken;
                taken = Inbox.unlink(read);
                read.underWay = true;
                if (inFlight.addOrJoin(read)) {
                    read.submit();
                }
            }
            return any;
        }

        /** The ring's state is unknown then. The end waits for the reads in flight, which get their own outcomes. */
        @Override
        public boolean failed(Throwable cause) {
            return false;
        }

        @Override
        public void end() {
            try {
                queue.close();
                endAll();
                buffers.close();
            } catch (Throwable e) {
                // The kernel may still write into the buffers: they are never freed.
                endAll();
                throw e;
            }
        }

        /** Fails all reads, after the queue has failed. */
        private void endAll() {
            abort(taken);
            taken = null;
            abort(inbox.close());
            for (QueuedRead read : reads) {
                if (read.underWay) {
                    read.abort(closed());
                }
            }
            failAll(postponed);
            failAll(waiting);
        }

        private void failAll(Queue<Postponed> requests) {
            for (Postponed request = requests.poll(); request != null; request = requests.poll()) {
                request.fail(closed());
            }
        }

        private void abort(QueuedRead first) {
            QueuedRead read = first;
            while (read != null) {
                QueuedRead next = Inbox.unlink(read);
                read.abort(closed());
                read = next;
            }
        }
    }

    /** Waits for the reads in flight, then ends the thread. Reads that come later fail. */
    @Override
    public void close() {
        runner.close();
    }
}
