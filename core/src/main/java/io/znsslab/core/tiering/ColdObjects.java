package io.znsslab.core.tiering;

import io.znsslab.core.ReadListener;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.TierMemory;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.OperationGate;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.AgentRunner;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Objects of slabs that are on the cold tier: finds, reads and frees them, and begins promotions and demotions.
 *
 * <p>The registry holds a cold slab's live slots. Where all live handles of the slab have one generation, that says
 * without a read whether a handle is one of them; else the slot's header in the image decides. A closed epoch issues no
 * handles, so no image misses one.
 *
 * <p>Each method is given the slab's word as the caller saw it, and answers with a {@link Lookup}. Thread-safe.
 */
public final class ColdObjects implements AutoCloseable {
    private final SlabStore store;
    private final HandleLayout layout;
    private final Registry registry;
    private final GuardedTier tier;
    private final ColdSlots slots;
    private final ScratchRooms scratch;
    private final ColdReads reads;
    private final Promotions promotions;
    private final OperationGate tierCalls = new OperationGate();
    private final Demotions demotions;

    private ColdObjects(SlabStore store, GuardedTier tier) {
        this.store = store;
        this.layout = store.layout;
        this.registry = store.registry;
        this.tier = tier;
        this.slots = new ColdSlots(store);
        this.scratch = new ScratchRooms(store);
        this.reads = new ColdReads(store, tier, slots, scratch);
        this.promotions = new Promotions(store, tier, slots);
        this.demotions = new Demotions(store, tier);
    }

    /** What memory the tier takes beside an allocator of that shape. */
    public static TierMemory memoryOf(ColdTier tier, SlabGeometry geometry, HandleLayout layout) {
        return tier.memory(new ShapeOfStore(geometry, layout));
    }

    /**
     * Attaches the tier, which gives back what it holds of earlier runs. What the tier throws is thrown here, and
     * nothing is left of the attempt; the tier is not closed.
     */
    public static ColdObjects attach(SlabStore store, ColdTier given) {
        ColdObjects objects = new ColdObjects(store, new GuardedTier(given, store.completions));
        objects.attach();
        return objects;
    }

    private void attach() {
        store.images.onRelease(tier::release);
        store.images.onChange(tier::changed);
        DurableReservations ids = new DurableReservations(tier);
        registry.ids().reserveBy(ids);
        registry.generations().reserveBy(ids);
        try {
            tier.attach(new TieredSlabs(store, tierCalls));
        } catch (Throwable e) {
            abandon();
            throw e;
        }
        store.tierAttached = true;
    }

    /**
     * Gives back what was taken for an allocator that can't be built, and refuses further questions of the tier. The
     * tier stays the caller's.
     */
    public void abandon() {
        tierCalls.shutAndAwait();
        reads.close();
        scratch.close();
    }

    /**
     * Starts the demotion of a closed epoch's slabs that are in DRAM; slabs with a good image are not written. The
     * future completes on the calling thread before this returns, or on a thread that may block.
     */
    public CompletableFuture<EpochDemotion.Result> demote(ClosedEpoch epoch) {
        return demotions.demote(epoch);
    }

    /** Brings the slab of that cold word back to DRAM; concurrent callers share one read: {@link Promotions}. */
    CompletableFuture<Long> promote(long handle, long word) {
        StackReserve.forLongPath();
        return promotions.promote(handle, word);
    }

    /** The same for a thread that waits for it. */
    CompletableFuture<Long> promoteNow(long handle, long word) {
        AgentRunner.requireNoAgentThread("a cold object can't be resolved");
        StackReserve.forLongPath();
        return promotions.promoteNow(handle, word);
    }

    /** As {@link #holds}, by the registry alone: {@link Lookup#FOUND} also where only the image could tell. */
    int mayHold(long handle, long word) {
        StackReserve.forLongPath();
        return slots.isLive(handle, word);
    }

    /** Whether the handle names a live object: {@link Lookup#FOUND}, {@link Lookup#STALE} or {@link Lookup#MOVED}. */
    int holds(long handle, long word) {
        StackReserve.forLongPath();
        int live = slots.isLive(handle, word);
        if (live != Lookup.FOUND || registry.lpColdHasOneGeneration(layout.slabId(handle))) {
            return live;
        }
        ScratchSlab room = scratch.take();
        try {
            int read = readImage(handle, word, room.image());
            return read == Lookup.FOUND ? Lookup.found(slots.isIn(room.image(), handle, word)) : read;
        } finally {
            scratch.put(room);
        }
    }

    /** The bytes of the object's payload, or as {@link #holds}. Those of a packed object are in its slab's image. */
    int sizeOf(long handle, long word) {
        int sizeClass = Registry.sizeClass(word);
        if (sizeClass != store.geometry.packedClass()) {
            int held = holds(handle, word);
            return held == Lookup.FOUND ? store.geometry.payloadBytes(sizeClass) : held;
        }
        StackReserve.forLongPath();
        int live = slots.isLive(handle, word);
        if (live != Lookup.FOUND) {
            return live;
        }
        ScratchSlab room = scratch.take();
        MemorySegment image = room.image();
        try {
            int read = readImage(handle, word, image);
            if (read != Lookup.FOUND) {
                return read;
            }
            return slots.isIn(image, handle, word)
                    ? (int) slots.payload(image, handle, word).byteSize()
                    : Lookup.STALE;
        } finally {
            scratch.put(room);
        }
    }

    /** The number of the object's epoch, or as {@link #holds}. */
    long epochOf(long handle, long word) {
        int held = holds(handle, word);
        if (held != Lookup.FOUND) {
            return held;
        }
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        int section = store.readers.enter(thread);
        try {
            // The word first: it is the slab's own epoch as long as the slab is cold.
            return registry.laWord(id) == word
                    ? store.closedEpochs.byIndex(registry.lpColdEpochIndex(id)).number()
                    : Lookup.MOVED;
        } finally {
            store.readers.exit(thread, section);
        }
    }

    /** Room for the images of a walk. */
    ImageWindow imageWindow() {
        return new ImageWindow(store, tier, slots, scratch);
    }

    /** Frees the object of that handle: {@link Lookup#FOUND} for the one call that did. */
    public int free(long handle, long word) {
        StackReserve.forLongPath();
        int held = holds(handle, word);
        if (held != Lookup.FOUND) {
            return held;
        }
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        int section = store.readers.enter(thread);
        try {
            if (registry.laWord(id) != word) {
                return Lookup.MOVED;
            }
            if (!registry.clearColdBit(id, layout.slot(handle))) {
                return Lookup.STALE;
            }
            store.images.changed(id);
            store.sealed.endColdIfEmpty(id);
            return Lookup.FOUND;
        } finally {
            store.readers.exit(thread, section);
        }
    }

    /**
     * Copies the payload of the object of that handle: the number of bytes, {@link Lookup#STALE} or
     * {@link Lookup#MOVED}. Allocates nothing.
     */
    int read(long handle, long word, MemorySegment destination) {
        StackReserve.forLongPath();
        int live = slots.isLive(handle, word);
        if (live != Lookup.FOUND) {
            return live;
        }
        ScratchSlab room = scratch.take();
        MemorySegment image = room.image();
        try {
            int read = readImage(handle, word, image);
            return read == Lookup.FOUND ? slots.copyPayload(image, handle, word, destination) : read;
        } finally {
            scratch.put(room);
        }
    }

    /**
     * As {@link #read}, without waiting. Allocates nothing on the heap once as many reads were under way before.
     *
     * @return {@link Lookup#PENDING} when the listener gets the answer; {@link Lookup#STALE} or {@link Lookup#MOVED}
     *     for the caller alone
     */
    int readAsync(long handle, long word, MemorySegment destination, ReadListener listener, ColdReads.Retry ifMoved) {
        StackReserve.forLongPath();
        int live = slots.isLive(handle, word);
        if (live != Lookup.FOUND) {
            return live;
        }
        reads.begin(handle, word, destination, listener, ifMoved);
        return Lookup.PENDING;
    }

    /** Shows a live object's payload, in a copy of its slab. Answers as {@link #holds}. */
    int show(long handle, long word, Consumer<MemorySegment> reader) {
        StackReserve.forLongPath();
        int live = slots.isLive(handle, word);
        if (live != Lookup.FOUND) {
            return live;
        }
        ScratchSlab room = scratch.take();
        MemorySegment image = room.image();
        try {
            if (readImage(handle, word, image) == Lookup.MOVED) {
                return Lookup.MOVED;
            }
            if (!slots.isIn(image, handle, word)) {
                return Lookup.STALE;
            }
            reader.accept(slots.payload(image, handle, word).asReadOnly());
            return Lookup.FOUND;
        } finally {
            scratch.put(room);
        }
    }

    /**
     * Reads the slab's image. An error does not count where the slab has moved meanwhile, since its old location may
     * have been reused.
     */
    private int readImage(long handle, long word, MemorySegment image) {
        long id = layout.slabId(handle);
        try {
            tier.readThrough(id, Registry.sizeClass(word), Registry.location(word), image);
        } catch (Throwable e) {
            if (slots.isWordOf(id, word)) {
                throw e;
            }
            return Lookup.MOVED;
        }
        return slots.isWordOf(id, word) ? Lookup.FOUND : Lookup.MOVED;
    }

    /** Another end was set for that epoch. */
    public void epochChanged(long epoch) {
        tier.epochChanged(epoch);
    }

    /** The bytes that the application keeps with the store. */
    public byte[] root() {
        return tier.root();
    }

    /** Sets them. */
    public void root(byte[] bytes) {
        tier.root(bytes);
    }

    /** Makes durable what was freed, discarded, evicted, and written to promoted objects so far. */
    public CompletableFuture<Void> sync() {
        return demotions.sync();
    }

    /** Ends demotions, promotions and reads. */
    public void finish() {
        tier.finish();
    }

    /**
     * Makes durable that epochs from that number on may be opened, and returns the bound below which they may. May wait
     * for the device.
     */
    public long reserveEpochs(long wanted) {
        return tier.reserveEpochs(wanted);
    }

    @Override
    public void close() {
        try {
            tier.close();
        } finally {
            tierCalls.shutAndAwait();
            scratch.close();
            reads.close();
        }
    }
}
