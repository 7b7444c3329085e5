package io.znsslab.core.tiering;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.ReadListener;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.MemoryBesideSlabs.Use;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads of cold objects that no thread waits for. Each has room for a slab's image and is used again and again, so that
 * a read allocates nothing once as many were under way before. Thread-safe.
 *
 * <p>Each use has a ticket, which the tier gives back at the end. So a tier that ends a read twice, the second time
 * when another user has its object, ends nothing. A read that the tier has not ended when this is closed fails; its
 * room is freed when the tier ends it after all, and else never, since the tier may still write into it.
 */
public final class ColdReads implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(ColdReads.class.getName());

    private final SlabStore store;
    private final HandleLayout layout;
    private final GuardedTier tier;
    private final ColdSlots slots;
    private final ScratchRooms scratch;
    private final Pool<Read> reads;
    /** Those that are under way, too. */
    private final Queue<Read> all = new ConcurrentLinkedQueue<>();

    private volatile boolean closed;

    /** Begins a read anew whose slab has moved. */
    @FunctionalInterface
    interface Retry {
        void readAsync(long handle, MemorySegment destination, ReadListener listener);
    }

    ColdReads(SlabStore store, GuardedTier tier, ColdSlots slots, ScratchRooms scratch) {
        this.store = store;
        this.layout = store.layout;
        this.tier = tier;
        this.slots = slots;
        this.scratch = scratch;
        MemoryBesideSlabs memory = store.arena.besideSlabs();
        this.reads = new Pool<>(this::newRead, Read::endOfUse, () -> memory.isBeyondItsRoom(Use.SCRATCH));
    }

    /** Begins the read of an object whose slab has that cold word. The listener gets the outcome. */
    void begin(long handle, long word, MemorySegment destination, ReadListener listener, Retry ifMoved) {
        Read read = reads.take();
        if (read == null) {
            tell(listener, handle, Lookup.STALE, scratch.noMemory());
            return;
        }
        long ticket = read.begin(handle, word, destination, listener, ifMoved);
        if (closed) {
            // The closing may have looked for reads under way before this one was. The tier never gets the room.
            read.abandon(ticket);
            var _ = read.endAbandoned(ticket);
            return;
        }
        long id = layout.slabId(handle);
        tier.read(id, Registry.sizeClass(word), Registry.location(word), read.room.image(), ticket, read);
    }

    /** Null if the memory limit leaves no room for one. */
    private @Nullable Read newRead() {
        ScratchSlab room = ScratchSlab.ofBytes(store.geometry.slabBytes(), store.arena.besideSlabs(), Use.SCRATCH);
        if (room == null) {
            return null;
        }
        Read read = new Read(room);
        all.add(read);
        return read;
    }

    /** Tells a listener the outcome. What a listener throws is logged: it must not end the tier's thread. */
    static void tell(ReadListener listener, long handle, int copied, @Nullable RuntimeException failure) {
        try {
            listener.readEnded(handle, copied, failure);
        } catch (Throwable e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the listener of a read of handle 0x" + Long.toHexString(handle) + " failed",
                    e);
        }
    }

    /** Fails the reads under way, which the tier, closed before, will not end. */
    @Override
    public void close() {
        closed = true;
        reads.close();
        all.forEach(Read::abandonIfUnderWay);
        all.clear();
    }

    /**
     * What came of a read: bytes copied, {@link Lookup#STALE} or {@link Lookup#MOVED}. A failure to read a slab that
     * has moved meanwhile does not count, since another slab may have its old location.
     */
    private int outcome(
            long handle,
            long word,
            MemorySegment image,
            MemorySegment destination,
            @Nullable RuntimeException failure) {
        if (!slots.isWordOf(layout.slabId(handle), word)) {
            return Lookup.MOVED;
        }
        if (failure != null) {
            throw failure;
        }
        return slots.copyPayload(image, handle, word, destination);
    }

    /** Reads a slab that has moved. That may wait until the slab has arrived, which a thread of the tier must not. */
    private void readAgain(Retry retry, long handle, MemorySegment destination, ReadListener listener) {
        if (AgentRunner.isOnAgentThread()) {
            store.completions.execute(() -> readAgainHere(retry, handle, destination, listener));
        } else {
            readAgainHere(retry, handle, destination, listener);
        }
    }

    private static void readAgainHere(Retry retry, long handle, MemorySegment destination, ReadListener listener) {
        try {
            retry.readAsync(handle, destination, listener);
        } catch (Throwable e) {
            // for one: the slab has come to DRAM, and the destination does not take the object
            tell(listener, handle, Lookup.STALE, Failures.asRuntimeException(e));
        }
    }

    /**
     * One read, which serves one object at a time.
     *
     * <p>{@code turn} is even while it serves none, odd (the use's ticket) while it does, and the negated ticket once
     * that use was abandoned while the tier may still write into the room. Each end is a compare-and-set, so that it
     * comes once; the other fields belong to the thread that made it.
     */
    private final class Read implements ColdTier.TicketListener {
        private final ScratchSlab room;
        private final AtomicLong turn = new AtomicLong();
        private long handle;
        private long word;
        private @Nullable MemorySegment destination;
        private @Nullable ReadListener listener;
        private @Nullable Retry retry;

        Read(ScratchSlab room) {
            this.room = room;
        }

        /** It is not used again. */
        void endOfUse() {
            all.remove(this);
            freeRoom();
        }

        /** The ticket with which the read ends. */
        long begin(long ofHandle, long ofWord, MemorySegment into, ReadListener to, Retry ifMoved) {
            handle = ofHandle;
            word = ofWord;
            destination = into;
            listener = to;
            retry = ifMoved;
            return turn.incrementAndGet();
        }

        @Override
        public void readEnded(long ticket, @Nullable RuntimeException failure) {
            if (!isTicket(ticket) || !turn.compareAndSet(ticket, ticket + 1)) {
                if (!endAbandoned(ticket)) {
                    LOGGER.log(
                            System.Logger.Level.ERROR,
                            () -> "the cold tier ended a read twice; the second end is ignored",
                            failure);
                }
                return;
            }
            MemorySegment readInto = requireNonNull(destination);
            ReadListener to = requireNonNull(listener);
            Retry ifMoved = requireNonNull(retry);
            int copied = Lookup.STALE;
            RuntimeException reason = null;
            try {
                copied = outcome(handle, word, room.image(), readInto, failure);
            } catch (Throwable e) {
                reason = Failures.asRuntimeException(e);
            }
            long readHandle = handle;
            destination = null;
            listener = null;
            // Before the listener is called, which may begin another read.
            reads.put(this);
            if (copied == Lookup.MOVED) {
                readAgain(ifMoved, readHandle, readInto, to);
            } else {
                tell(to, readHandle, copied, reason);
            }
        }

        /** Frees the room if the use of that ticket was abandoned, and has not ended since. */
        boolean endAbandoned(long ticket) {
            boolean ends = isTicket(ticket) && turn.compareAndSet(-ticket, 0);
            if (ends) {
                freeRoom();
            }
            return ends;
        }

        private static boolean isTicket(long value) {
            return value > 0 && (value & 1) != 0;
        }

        void abandonIfUnderWay() {
            long ticket = turn.get();
            if (isTicket(ticket)) {
                abandon(ticket);
            }
        }

        /** Fails the use of that ticket unless it has ended. */
        void abandon(long ticket) {
            if (!turn.compareAndSet(ticket, -ticket)) {
                return;
            }
            long readHandle = handle;
            ReadListener to = requireNonNull(listener);
            ZnsSlabException failure = new ZnsSlabException(
                    "object 0x%x could not be read: the allocator was closed before the cold tier ended the read"
                            .formatted(readHandle));
            store.completions.execute(() -> tell(to, readHandle, Lookup.STALE, failure));
        }

        void freeRoom() {
            room.free();
        }
    }
}
