package io.znsslab.core.tiering;

import io.znsslab.core.ReadListener;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads of cold objects that no thread waits for. Each has room for a slab's image and is used again and again, so that
 * a read allocates nothing once as many were under way before. The room of a read that is under way when this is closed
 * is freed when the read is over. Thread-safe.
 */
public final class ColdReads implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(ColdReads.class.getName());

    private final SlabStore store;
    private final HandleLayout layout;
    private final GuardedTier tier;
    private final ColdSlots slots;
    private final Pool<Read> reads;

    /** Begins a read anew whose slab has moved. */
    @FunctionalInterface
    interface Retry {
        void readAsync(long handle, MemorySegment destination, ReadListener listener);
    }

    ColdReads(SlabStore store, GuardedTier tier, ColdSlots slots) {
        this.store = store;
        this.layout = store.layout;
        this.tier = tier;
        this.slots = slots;
        this.reads = new Pool<>(Read::new, Read::freeRoom);
    }

    /** Begins the read of an object whose slab has that cold word. The listener gets the outcome. */
    void begin(long handle, long word, MemorySegment destination, ReadListener listener, Retry ifMoved) {
        Read read = reads.take();
        read.begin(handle, word, destination, listener, ifMoved);
        tier.read(layout.slabId(handle), Registry.sizeClass(word), Registry.location(word), read.room.image(), read);
    }

    /** Tells a listener the outcome. What a listener throws is logged: it must not end the tier's thread. */
    static void tell(ReadListener listener, long handle, int copied, RuntimeException failure) {
        try {
            listener.readEnded(handle, copied, failure);
        } catch (Throwable e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the listener of a read of handle 0x" + Long.toHexString(handle) + " failed",
                    e);
        }
    }

    @Override
    public void close() {
        reads.close();
    }

    /**
     * What came of a read: bytes copied, {@link Lookup#STALE} or {@link Lookup#MOVED}. A failure to read a slab that
     * has moved meanwhile does not count, since another slab may have its old location.
     */
    private int outcome(
            long handle, long word, MemorySegment image, MemorySegment destination, RuntimeException failure) {
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

    /** One read, which serves one object at a time. */
    private final class Read implements ColdTier.Listener {
        private final ScratchSlab room = ScratchSlab.ofBytes(store.geometry.slabBytes());
        private final AtomicBoolean underWay = new AtomicBoolean();
        private long handle;
        private long word;
        private MemorySegment destination;
        private ReadListener listener;
        private Retry retry;

        void begin(long ofHandle, long ofWord, MemorySegment into, ReadListener to, Retry ifMoved) {
            handle = ofHandle;
            word = ofWord;
            destination = into;
            listener = to;
            retry = ifMoved;
            underWay.set(true);
        }

        @Override
        public void readEnded(RuntimeException failure) {
            if (!underWay.compareAndSet(true, false)) {
                LOGGER.log(System.Logger.Level.ERROR, () -> "the cold tier ended a read twice", failure);
                return;
            }
            int copied = Lookup.STALE;
            RuntimeException reason = null;
            try {
                copied = outcome(handle, word, room.image(), destination, failure);
            } catch (Throwable e) {
                reason = Failures.asRuntimeException(e);
            }
            long readHandle = handle;
            MemorySegment readInto = destination;
            ReadListener to = listener;
            Retry ifMoved = retry;
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

        void freeRoom() {
            room.free();
        }
    }
}
