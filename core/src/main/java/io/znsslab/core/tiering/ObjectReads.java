package io.znsslab.core.tiering;

import static java.util.Objects.requireNonNull;

import io.znsslab.bindings.AddressSpace;
import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.ReadListener;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.PackedObjects;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.walk.EpochWalk;
import io.znsslab.core.walk.WalkCursor;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads that leave an object in its tier, and the lookup of that tier. Each follows the handle within a reader section
 * while the slab is in DRAM, waits while the slab is moving, has {@link ColdObjects} answer for a cold slab, and begins
 * again where the slab moved under the answer. The user's reader runs outside of the section, with the frame pinned.
 *
 * <p>Thread-safe. {@link SlabAllocator} says what the operations promise.
 */
public final class ObjectReads {
    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

    private final SlabStore store;
    private final HandleLayout layout;
    private final Registry registry;
    private final SlabGeometry geometry;
    private final MemorySegment segment;
    private final long memory;
    private final @Nullable ColdObjects cold;
    private final ColdReads.Retry readAgain = this::readAsync;

    /** @param cold null without a cold tier */
    public ObjectReads(SlabStore store, @Nullable ColdObjects cold) {
        this.store = store;
        this.layout = store.layout;
        this.registry = store.registry;
        this.geometry = store.geometry;
        this.segment = store.arena.memory();
        this.memory = store.arena.words().address();
        this.cold = cold;
    }

    /** Copies the payload: bytes copied, or -1. */
    public int read(long handle, MemorySegment destination) {
        return copy(handle, destination, null);
    }

    /** The same, with a listener for the outcome. */
    public void readAsync(long handle, MemorySegment destination, ReadListener listener) {
        int copied = copy(handle, destination, listener);
        if (copied != Lookup.PENDING) {
            ColdReads.tell(listener, handle, copied, null);
        }
    }

    /** The same with a future. Where the tier is not asked, it is complete when this returns. */
    public CompletableFuture<Integer> readAsync(long handle, MemorySegment destination) {
        ReadFuture future = new ReadFuture(store.completions);
        int copied = copy(handle, destination, future);
        if (copied != Lookup.PENDING) {
            future.complete(copied);
        }
        return future.handOut();
    }

    /** @param listener gets the outcome for a cold object, which is not waited for then; null to wait for it */
    private int copy(long handle, MemorySegment destination, @Nullable ReadListener listener) {
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        int copied = Lookup.MOVED;
        while (copied == Lookup.MOVED) {
            int section = store.readers.enter(thread);
            long word;
            try {
                word = registry.laWord(id);
                if (Registry.state(word) == Registry.RESIDENT) {
                    return store.admits(word, handle) ? copyResident(word, handle, destination) : Lookup.STALE;
                }
            } finally {
                store.readers.exit(thread, section);
            }
            switch (Registry.state(word)) {
                case Registry.MOVING -> registry.awaitSettled(id);
                case Registry.COLD ->
                    copied = listener == null
                            ? cold().read(handle, word, destination)
                            : cold().readAsync(handle, word, destination, listener, readAgain);
                default -> copied = Lookup.STALE;
            }
        }
        return copied;
    }

    /** Shows the payload to the reader; false if the handle is stale. */
    public boolean show(long handle, Consumer<MemorySegment> reader) {
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        store.looks.begin();
        try {
            while (true) {
                int section = store.readers.enter(thread);
                long word;
                boolean pinned = false;
                try {
                    word = registry.laWord(id);
                    if (Registry.state(word) == Registry.RESIDENT) {
                        pinned = store.admits(word, handle) && pin(word, handle);
                    }
                } finally {
                    store.readers.exit(thread, section);
                }
                switch (Registry.state(word)) {
                    case Registry.RESIDENT -> {
                        return pinned && showPinned(word, handle, reader);
                    }
                    case Registry.MOVING -> registry.awaitSettled(id);
                    case Registry.COLD -> {
                        int shown = cold().show(handle, word, image -> show(image, reader));
                        if (shown != Lookup.MOVED) {
                            return shown == Lookup.FOUND;
                        }
                    }
                    default -> {
                        return false;
                    }
                }
            }
        } finally {
            store.looks.end();
        }
    }

    /**
     * Pins the object's frame if the object is there, and still is afterwards: a thread that frees it from then on, or
     * ends its slab, sees the pin. Within a section.
     */
    private boolean pin(long word, long handle) {
        long offset = slotOffset(word, handle);
        if (!isIn(word, offset, handle)) {
            return false;
        }
        store.table.pin((int) Registry.location(word));
        if (NativeWords.getVolatile(memory + offset) == handle) {
            return true;
        }
        unpin(word);
        return false;
    }

    /** Shows a payload in a copy of its slab that the caller holds. */
    void showCopy(MemorySegment payload, Consumer<MemorySegment> reader) {
        store.looks.begin();
        try {
            show(payload.asReadOnly(), reader);
        } finally {
            store.looks.end();
        }
    }

    /** A walk over an epoch that was opened once. */
    public EpochWalk walk(WalkCursor from) {
        return new SlabWalk(store, this, cold == null ? null : cold.imageWindow(), from);
    }

    /** There is a cold slab, and so a tier. */
    private ColdObjects cold() {
        return requireNonNull(cold);
    }

    private void unpin(long word) {
        store.recycler.unpin((int) Registry.location(word), store.operations);
    }

    private boolean showPinned(long word, long handle, Consumer<MemorySegment> reader) {
        try {
            show(payloadAt(word, handle), reader);
            return true;
        } finally {
            unpin(word);
        }
    }

    private void show(MemorySegment payload, Consumer<MemorySegment> reader) {
        try (Arena look = Arena.ofConfined()) {
            MemorySegment bound = AddressSpace.bind(payload, look);
            store.looks.run(() -> reader.accept(bound));
        }
    }

    private int copyResident(long word, long handle, MemorySegment destination) {
        long offset = slotOffset(word, handle);
        if (!isIn(word, offset, handle)) {
            return Lookup.STALE;
        }
        MemorySegment payload = payloadAt(word, handle);
        long bytes = Math.min(payload.byteSize(), destination.byteSize());
        MemorySegment.copy(payload, 0, destination, 0, bytes);
        // The object may have been freed meanwhile, and the bytes be those of the slot's next one.
        VarHandle.acquireFence();
        return isIn(word, offset, handle) ? (int) bytes : Lookup.STALE;
    }

    /**
     * Follows a handle within a reader section, so that it finds an object also while its slab moves.
     *
     * @return the word of its slab, resident or cold; {@link Registry#NO_SLAB} if the handle is stale
     */
    public long locate(long handle) {
        return locate(handle, true);
    }

    /**
     * As {@link #locate(long)}, but without a read: a cold word may be that of a stale handle where only the slab's
     * image could tell. For a caller that is about to bring the slab home, and then looks again.
     */
    public long locateToBringHome(long handle) {
        return locate(handle, false);
    }

    private long locate(long handle, boolean certain) {
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        while (true) {
            int section = store.readers.enter(thread);
            long word;
            try {
                word = registry.laWord(id);
                if (Registry.state(word) == Registry.RESIDENT) {
                    return store.admits(word, handle) && isIn(word, slotOffset(word, handle), handle)
                            ? word
                            : Registry.NO_SLAB;
                }
            } finally {
                store.readers.exit(thread, section);
            }
            switch (Registry.state(word)) {
                case Registry.MOVING -> registry.awaitSettled(id);
                case Registry.COLD -> {
                    int held = certain ? cold().holds(handle, word) : cold().mayHold(handle, word);
                    if (held != Lookup.MOVED) {
                        return held == Lookup.FOUND ? word : Registry.NO_SLAB;
                    }
                }
                default -> {
                    return Registry.NO_SLAB;
                }
            }
        }
    }

    /**
     * Brings the object's slab, which had that cold word, to DRAM, and waits for it: then the caller looks again. False
     * if the handle is stale. The device is read once.
     */
    public boolean bringHome(long handle, long word) {
        try {
            return cold().promoteNow(handle, word).join() != handle;
        } catch (CompletionException e) {
            if (!(Failures.reason(e) instanceof NoFrameException noFrame)) {
                throw Failures.rethrown(e);
            }
            // A stale handle is none the less.
            return refuseIfLive(read(handle, NOTHING), noFrame);
        }
    }

    private static boolean refuseIfLive(int copied, NoFrameException noFrame) {
        if (copied == Lookup.STALE) {
            return false;
        }
        throw noFrame.forLiveObject();
    }

    /** As {@link #bringHome}, without waiting. */
    public CompletableFuture<Boolean> bringHomeAsync(long handle, long word) {
        CompletableFuture<Long> promotion = cold().promote(handle, word);
        return promotion.isCompletedExceptionally() && promotion.exceptionNow() instanceof NoFrameException noFrame
                ? readAsync(handle, NOTHING).thenApply(copied -> refuseIfLive(copied, noFrame))
                : promotion.thenApply(stale -> stale != handle);
    }

    /** The bytes of the payload, or {@link Lookup#STALE}. */
    public int sizeOf(long handle) {
        return (int) ask(handle, this::residentSize, (of, word) -> cold().sizeOf(of, word));
    }

    private long residentSize(long handle, long word) {
        if (!isPacked(word)) {
            return geometry.payloadBytes(Registry.sizeClass(word));
        }
        long note = store.packed.laNote(word, handle);
        return note == 0 ? Lookup.STALE : PackedObjects.payloadBytes(note);
    }

    /** The number of the object's epoch, or {@link Lookup#STALE}. */
    public long epochOf(long handle) {
        return ask(
                handle,
                (_, word) -> store.table.lopEpoch((int) Registry.location(word)),
                (of, word) -> cold().epochOf(of, word));
    }

    /** What is asked of an object in the slab of that word. */
    @FunctionalInterface
    private interface Question {
        long of(long handle, long word);
    }

    /** Asks within a section if the object is in DRAM; about a cold one until the answer is not that it has moved. */
    private long ask(long handle, Question ifResident, Question ifCold) {
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        while (true) {
            int section = store.readers.enter(thread);
            long word;
            try {
                word = registry.laWord(id);
                if (Registry.state(word) == Registry.RESIDENT) {
                    return store.admits(word, handle) && isIn(word, slotOffset(word, handle), handle)
                            ? ifResident.of(handle, word)
                            : Lookup.STALE;
                }
            } finally {
                store.readers.exit(thread, section);
            }
            switch (Registry.state(word)) {
                case Registry.MOVING -> registry.awaitSettled(id);
                case Registry.COLD -> {
                    long answer = ifCold.of(handle, word);
                    if (answer != Lookup.MOVED) {
                        return answer;
                    }
                }
                default -> {
                    return Lookup.STALE;
                }
            }
        }
    }

    private boolean isPacked(long word) {
        return Registry.sizeClass(word) == geometry.packedClass();
    }

    private boolean isIn(long word, long slotOffset, long handle) {
        if (isPacked(word)) {
            return store.packed.laNote(word, handle) != 0;
        }
        return NativeWords.getAcquire(memory + slotOffset) == handle;
    }

    private long slotOffset(long word, long handle) {
        return (Registry.location(word) << geometry.slabShift())
                + geometry.slotOffset(Registry.sizeClass(word), layout.slot(handle));
    }

    /** The payload of an object that is there: within a section, or pinned. */
    private MemorySegment payloadAt(long word, long handle) {
        if (isPacked(word)) {
            return store.packed.payload(word, handle);
        }
        return segment.asSlice(
                slotOffset(word, handle) + SlabGeometry.SLOT_HEADER_BYTES,
                geometry.payloadBytes(Registry.sizeClass(word)));
    }
}
