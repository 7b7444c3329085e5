package io.znsslab.core;

import static io.znsslab.core.arena.SlabGeometry.PACKED_HEADER_BYTES;
import static java.util.Objects.requireNonNull;

import io.znsslab.bindings.AddressSpace;
import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.ResidentMemory;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.registry.SizeClassTable;
import io.znsslab.core.slab.ClaimLines;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.PackedObjects;
import io.znsslab.core.slab.PartialLists;
import io.znsslab.core.slab.SlabCounters;
import io.znsslab.core.slab.SlabRefill;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.slab.Stripe;
import io.znsslab.core.slab.Stripes;
import io.znsslab.core.statistics.ArenaUsage;
import io.znsslab.core.statistics.ColdStatistics;
import io.znsslab.core.statistics.EpochStatistics;
import io.znsslab.core.statistics.MemoryUsage;
import io.znsslab.core.statistics.SlabStatistics;
import io.znsslab.core.store.Invariants;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.tiering.ColdObjects;
import io.znsslab.core.tiering.Lookup;
import io.znsslab.core.tiering.ObjectReads;
import io.znsslab.core.walk.EpochWalk;
import io.znsslab.core.walk.WalkCursor;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An off-heap object store that groups objects by lifetime.
 *
 * <p>An object is allocated in an <em>epoch</em> and named by a <em>handle</em>, 64 bits that are never issued twice.
 * The handle stays good until the object is freed or its epoch discarded, whether the object is in DRAM or on the cold
 * tier; afterwards it is <em>stale</em> for ever, and harmless. Closing an epoch gives its memory back to the operating
 * system.
 *
 * <p>Thread-safe; every method may be called by any thread, virtual ones included. After {@link #close()} every access
 * to the store or to a segment from it throws {@link IllegalStateException}; only the settings ({@link #limitBytes()},
 * {@link #memoryLimitBytes()}, {@link #sizeClasses()}, {@link #largestPayloadBytes()}, {@link #hasColdTier()}) are
 * still answered.
 *
 * <p>This class is the fast path: it follows a handle through the registry to its slot. The slow paths are in the
 * packages below.
 */
public final class SlabAllocator extends PayloadAccess implements AutoCloseable {
    /** The largest root, in bytes. */
    public static final int MOST_ROOT_BYTES = 4096;

    /** Retry: another thread is taking slabs from this stripe. No handle, and no answer of an allocation. */
    private static final long VISITED = 0;

    /** Handles that tell what pins an epoch. */
    private static final int PINNING_SHOWN = 8;

    // In an answer of bringHome: the payload's offset above its bytes, which are fewer than 64 Ki.
    private static final int PLACE_SHIFT = 16;
    private static final long PLACE_MASK = 0xffff;
    private static final long NOWHERE = -1;

    /** The alignment of every packed object's payload, in bytes. */
    static final int PACKED_ALIGNMENT = 16;

    private final FrameTable table;
    private final SlabGeometry geometry;
    private final Stripes stripes;
    private final Stripe[] owned;
    private final EpochGate gate;
    private final int classes;
    private final int packedClass;
    /** By size class: made once, since a refill is too short a path for a new object. */
    private final Wanted[] classed;

    private final boolean zeroOnAllocate;
    private final SlabStore store;
    private final @Nullable ColdObjects cold;
    private final ObjectReads reads;
    private final Epochs epochs;
    private final @Nullable PressureRelief relief;

    SlabAllocator(
            SlabStore store,
            @Nullable ColdTier coldTier,
            boolean zeroOnAllocate,
            @Nullable DemotionPressure pressure,
            EpochOptions ofDomains,
            EpochOptions firstEpoch) {
        super(store);
        this.store = store;
        this.geometry = store.geometry;
        this.table = store.table;
        this.stripes = store.stripes;
        this.owned = stripes.owned();
        this.gate = store.gate;
        this.classes = geometry.classes();
        this.packedClass = geometry.packedClass();
        this.classed = IntStream.range(0, packedClass)
                .mapToObj(sizeClass -> new Wanted(sizeClass, 1, 0, 0, null))
                .toArray(Wanted[]::new);
        this.zeroOnAllocate = zeroOnAllocate;
        this.cold = coldTier == null ? null : ColdObjects.attach(store, coldTier);
        this.reads = new ObjectReads(store, cold);
        try {
            this.epochs = Epochs.begin(store, cold, ofDomains, firstEpoch);
            this.relief = pressure == null ? null : startRelief(pressure);
        } catch (Throwable e) {
            if (cold != null) {
                cold.abandon();
            }
            throw e;
        }
    }

    private PressureRelief startRelief(DemotionPressure pressure) {
        try {
            return PressureRelief.start(store, epochs, pressure);
        } catch (Throwable e) {
            epochs.close();
            throw e;
        }
    }

    /** Settings of a new allocator, all with defaults. */
    public static SlabAllocatorBuilder builder() {
        return new SlabAllocatorBuilder();
    }

    /**
     * Allocates an object.
     *
     * @param payloadBytes 0 to {@link #largestPayloadBytes()}
     * @param epoch number of an open epoch
     * @return its handle, or {@link Handle#EPOCH_CLOSED}, {@link Handle#ARENA_FULL} or {@link Handle#IDS_EXHAUSTED}:
     *     see {@link Handle#isHandle}. The payload is zero only if the builder was asked for that; else it holds what
     *     was there before
     * @throws IllegalArgumentException if no slab holds that much, or there never was such an epoch
     */
    public long allocate(long payloadBytes, long epoch) {
        if (Long.compareUnsigned(payloadBytes, geometry.largestClassedPayloadBytes()) > 0) {
            return allocatePacked(payloadBytes, PACKED_ALIGNMENT, epoch);
        }
        int sizeClass = geometry.sizeClassOf(payloadBytes);
        EpochGate gate = this.gate;
        int ringIndex = gate.ringIndex(epoch);
        int bin = ringIndex * classes + sizeClass;
        long threadId = Thread.currentThread().threadId();
        Stripe stripe = owned[(int) threadId & (owned.length - 1)];
        long handle = 0;
        if (stripe.ownerId() == threadId) {
            StackReserve.forFastPath();
            try {
                stripe.enter();
                if (gate.laIsOpen(ringIndex, epoch)) {
                    handle = claim(stripe.claimLine(bin));
                }
            } finally {
                stripe.exit();
            }
        }
        return handle == 0 ? allocateElsewhere(payloadBytes, epoch, ringIndex, sizeClass) : handle;
    }

    /**
     * As {@link #allocate(long, long)}, but waits for memory where there is none: until other threads have freed
     * objects or closed epochs, or a demotion has made room, which {@link SlabAllocatorBuilder#demoteUnderPressure}
     * begins at once then. The answer comes within about a millisecond after that. The wait blocks no carrier of
     * virtual threads.
     *
     * <p>A caller that itself holds what fills the memory, open epochs above all, waits in vain until the limit.
     *
     * @param timeLimit how long to wait at most; 0 for not at all
     * @return as {@link #allocate(long, long)}; {@link Handle#ARENA_FULL} if the time was over or the thread
     *     interrupted (it stays so) before there was memory
     * @throws IllegalArgumentException also if the time limit is negative
     * @throws IllegalStateException if there is no memory and the caller must not wait: within a read callback, or on a
     *     thread of the tier
     */
    public long allocate(long payloadBytes, long epoch, Duration timeLimit) {
        long limitNanos = AllocationWait.nanos(timeLimit);
        long answer = allocate(payloadBytes, epoch);
        return answer == Handle.ARENA_FULL && limitNanos > 0
                ? AllocationWait.allocate(store, relief, limitNanos, () -> allocate(payloadBytes, epoch))
                : answer;
    }

    private long allocateElsewhere(long payloadBytes, long epoch, int ringIndex, int sizeClass) {
        return gate.lopIsPacked(ringIndex) && payloadBytes <= geometry.largestPackedPayloadBytes()
                ? allocatePacked(payloadBytes, PACKED_ALIGNMENT, epoch)
                : allocateSlowly(epoch, classed[sizeClass]);
    }

    /**
     * Allocates an object in a packed slab; the answers are those of {@link #allocate}.
     *
     * @param alignment of the payload, in bytes: {@link #PACKED_ALIGNMENT}, or another power of two for which
     *     {@link #fitsPacked} is true
     */
    long allocatePacked(long payloadBytes, int alignment, long epoch) {
        int granules = geometry.granules(PACKED_HEADER_BYTES + alignment - PACKED_ALIGNMENT, payloadBytes);
        EpochGate gate = this.gate;
        int ringIndex = gate.ringIndex(epoch);
        int bin = ringIndex * classes + packedClass;
        long threadId = Thread.currentThread().threadId();
        Stripe stripe = owned[(int) threadId & (owned.length - 1)];
        long handle = 0;
        if (stripe.ownerId() == threadId) {
            StackReserve.forFastPath();
            try {
                stripe.enter();
                if (gate.laIsOpen(ringIndex, epoch)) {
                    handle = claimPacked(stripe.claimLine(bin), granules, (int) payloadBytes, alignment);
                }
            } finally {
                stripe.exit();
            }
        }
        return handle == 0
                ? allocateSlowly(epoch, new Wanted(packedClass, granules, payloadBytes, alignment, null))
                : handle;
    }

    /**
     * As {@link #allocatePacked(long, int, long)} with the usual alignment, by the owner of that stripe.
     *
     * @param payloadBytes for which {@link #fitsPacked(long)} is true
     * @param line the stripe's {@link #packedClaimLine}
     */
    long allocatePacked(long payloadBytes, long epoch, Stripe own, long line) {
        int granules = geometry.granules((int) payloadBytes);
        long handle = 0;
        StackReserve.forFastPath();
        try {
            own.enter();
            if (gate.laIsOpen(epoch)) {
                handle = claimPacked(line, granules, (int) payloadBytes, PACKED_ALIGNMENT);
            }
        } finally {
            own.exit();
        }
        return handle == 0
                ? allocateSlowly(epoch, new Wanted(packedClass, granules, payloadBytes, PACKED_ALIGNMENT, null))
                : handle;
    }

    /** Where a stripe claims packed objects of an epoch. */
    long packedClaimLine(Stripe stripe, long epoch) {
        return stripe.claimLine(gate.ringIndex(epoch) * classes + packedClass);
    }

    /** Whether a packed slab can hold a payload of so many bytes. */
    boolean fitsPacked(long payloadBytes) {
        return Long.compareUnsigned(payloadBytes, geometry.largestPackedPayloadBytes()) <= 0;
    }

    /** Whether a packed slab can hold a payload of that size and alignment, a power of two; both in bytes. */
    boolean fitsPacked(long payloadBytes, long alignment) {
        long gap = Math.max(0, alignment - PACKED_ALIGNMENT);
        return alignment <= AddressSpace.pageBytes()
                && gap < geometry.largestPackedPayloadBytes()
                && payloadBytes <= geometry.largestPackedPayloadBytes() - gap;
    }

    /**
     * Allocates an object that holds a copy of the source, with one look-up fewer than an allocation that is resolved
     * and written. The answers are those of {@link #allocate}.
     *
     * @throws IllegalArgumentException if the source is larger than {@link #largestPayloadBytes()}, or there never was
     *     such an epoch
     */
    public long allocateFrom(MemorySegment source, long epoch) {
        StackReserve.forShortPath();
        Arguments.requireNonNull(source, "source");
        return allocateSlowly(epoch, wanted(source.byteSize(), source, gate.lopIsPacked(gate.ringIndex(epoch))));
    }

    /** As {@link #allocateFrom(MemorySegment, long)}. */
    public long allocateFrom(byte[] source, long epoch) {
        return allocateFrom(MemorySegment.ofArray(Arguments.requireNonNull(source, "source")), epoch);
    }

    /**
     * An epoch's memory for code that works with a {@link SegmentAllocator}: library code that fills a structure,
     * {@link SegmentAllocator#allocateFrom(String)}, the result of a native call. Where that code takes an
     * {@link java.lang.foreign.Arena}, a domain serves it ({@link #openDomain}, {@link #wrapDomain}).
     *
     * <p>Its segments are zeroed, and live until the epoch is discarded or demoted: objects without handles, which
     * can't be freed one by one; closing the epoch by {@link Disposition#RECLAIM} leaves them. Their scope is the
     * allocator's, which ends with {@link #close}; so a segment does not notice the end of its epoch, and its bytes may
     * be another object's afterwards, as with {@link #resolve}. Segments that throw then are those of a domain.
     *
     * <p>The view is thread-safe and costs nothing to keep. Its methods throw {@link IllegalArgumentException} for a
     * segment that no slab holds (more than {@link #largestPayloadBytes()} bytes, with what an alignment beyond 16
     * bytes adds; alignments beyond a page), {@link IllegalStateException} once the epoch is closed, and
     * {@link ArenaFullException} at the memory limit.
     *
     * @param epoch number of an open epoch
     * @throws IllegalArgumentException if there never was such an epoch
     */
    public SegmentAllocator segmentAllocator(long epoch) {
        store.readers.checkOpen();
        epochs.requireOpenedOnce(epoch);
        return new EpochSegments(this, epochs, epoch);
    }

    /** Why an allocation in that epoch has made no object, given its answer. */
    RuntimeException noObject(long epoch, long answer) {
        return answer == Handle.EPOCH_CLOSED
                ? new IllegalStateException("no allocation in epoch %d: it is closed".formatted(epoch))
                : new ArenaFullException(this, answer);
    }

    private Wanted wanted(long payloadBytes, MemorySegment source, boolean packedEpoch) {
        boolean fitsPacked = payloadBytes <= geometry.largestPackedPayloadBytes();
        return (packedEpoch && fitsPacked) || payloadBytes > geometry.largestClassedPayloadBytes()
                ? new Wanted(
                        packedClass,
                        geometry.granules(PACKED_HEADER_BYTES, payloadBytes),
                        payloadBytes,
                        PACKED_ALIGNMENT,
                        source)
                : new Wanted(geometry.sizeClassOf(payloadBytes), 1, payloadBytes, 0, source);
    }

    // Both within the section, which keeps the slab where it is, so that no other slab's bytes are zeroed.

    private long claim(long line) {
        long handle = ClaimLines.claim(line, layout);
        if (zeroOnAllocate && handle != 0) {
            payloadOfNew(handle).fill((byte) 0);
        }
        return handle;
    }

    private long claimPacked(long line, int granules, int payloadBytes, int alignment) {
        long handle = ClaimLines.claimPacked(line, packed, granules, payloadBytes, alignment);
        if (zeroOnAllocate && handle != 0) {
            payloadOfNew(handle).fill((byte) 0);
        }
        return handle;
    }

    /**
     * What a slow allocation is for.
     *
     * @param granules granules that the object takes at most, in a packed slab; else 1
     * @param alignment of the payload in a packed slab
     * @param source what the payload is a copy of, or null
     */
    private record Wanted(
            int sizeClass,
            int granules,
            long payloadBytes,
            int alignment,
            @Nullable MemorySegment source) {}

    private long allocateSlowly(long epoch, Wanted wanted) {
        StackReserve.forShortPath();
        Thread thread = Thread.currentThread();
        Stripe own = stripes.own(thread);
        long answer = allocateFrom(own, thread, epoch, wanted);
        while ((answer == Handle.ARENA_FULL && store.reclaim.findFrames(thread))
                || (answer == Handle.IDS_EXHAUSTED && store.reclaim.findIds(thread))) {
            answer = allocateFrom(own, thread, epoch, wanted);
        }
        return answer;
    }

    private long allocateFrom(@Nullable Stripe own, Thread thread, long epoch, Wanted wanted) {
        if (own != null) {
            return allocateFromOwn(own, epoch, wanted);
        }
        Stripe shared = stripes.sharedBy(thread);
        shared.lock().lock();
        try {
            return fillAndClaim(shared, epoch, wanted);
        } finally {
            shared.lock().unlock();
        }
    }

    private long allocateFromOwn(Stripe own, long epoch, Wanted wanted) {
        for (int tries = 0; ; tries++) {
            try {
                own.enter();
                long answer = fillAndClaim(own, epoch, wanted);
                if (answer != VISITED) {
                    return answer;
                }
            } finally {
                own.exit();
            }
            // Outside of the section: the visitor may be waiting for the section's end.
            Backoff.pause(tries);
        }
    }

    private long fillAndClaim(Stripe stripe, long epoch, Wanted wanted) {
        SlabRefill.Outcome outcome = store.refill.fill(stripe, epoch, wanted.sizeClass, wanted.granules);
        return switch (outcome) {
            case FILLED -> claimWanted(stripe, epoch, wanted);
            case VISITED -> VISITED;
            case EPOCH_CLOSED -> {
                gate.checkOpen();
                epochs.requireOpenedOnce(epoch);
                yield Handle.EPOCH_CLOSED;
            }
            case ARENA_FULL -> Handle.ARENA_FULL;
            case IDS_EXHAUSTED -> Handle.IDS_EXHAUSTED;
        };
    }

    private long claimWanted(Stripe stripe, long epoch, Wanted wanted) {
        long line = stripe.claimLine(stripe.binIndex(gate.ringIndex(epoch), wanted.sizeClass));
        long handle = wanted.sizeClass == packedClass
                ? claimPacked(line, wanted.granules, (int) wanted.payloadBytes, wanted.alignment)
                : claim(line);
        if (wanted.source != null) {
            payloadOfNew(handle).copyFrom(wanted.source);
        }
        return handle;
    }

    /**
     * Frees an object, in whichever tier it is.
     *
     * @return true for the one call that freed it; false if the handle is stale, or never was one
     */
    public boolean free(long handle) {
        long threadId = Thread.currentThread().threadId();
        Stripe stripe = owned[(int) threadId & (owned.length - 1)];
        if (stripe.ownerId() == threadId) {
            StackReserve.forFastPath();
            int outcome;
            try {
                stripe.enter();
                outcome = freeAtHome(stripe, handle);
            } finally {
                stripe.exit();
            }
            if (outcome != Lookup.ELSEWHERE) {
                return outcome == Lookup.FOUND;
            }
        }
        return freeElsewhere(handle);
    }

    /**
     * Frees a slot of a slab that has its home in this stripe. Within an owner section, which keeps the slab where it
     * is.
     */
    private int freeAtHome(Stripe stripe, long handle) {
        // First: a section that began too late for a closing to wait for it sees that here, or what the closing did
        // below.
        if (stripe.laIsBeingClosed()) {
            return Lookup.ELSEWHERE;
        }
        HandleLayout layout = this.layout;
        long factsBase = this.factsBase;
        long word = Registry.laWordAt(registryBase, layout.slabId(handle) & entryMask);
        long facts = SizeClassTable.of(factsBase, word);
        int slot = layout.slot(handle);
        if (!mayBeInSlot(layout, word, facts, slot, handle)) {
            return SizeClassTable.isPacked(facts) ? freePackedAtHome(stripe, word, handle) : Lookup.ELSEWHERE;
        }
        long frame = Registry.location(word);
        long line = table.line(frame);
        long stateWord = FrameTable.lopState(line);
        if (!FrameTable.isAtHome(stateWord, stripe.homeMark())) {
            return Lookup.ELSEWHERE;
        }
        if (!NativeWords.compareAndSet(memory + slotOffset(word, facts, slot), handle, HandleLayout.freeTag(handle))) {
            return Lookup.STALE;
        }
        long pending = FrameTable.sopPendingWith(line, slot);
        if (PartialLists.mayBeDue(stateWord, line, pending, SizeClassTable.slots(facts))) {
            store.partials.noteHomeFree(stripe, (int) frame, stateWord);
        }
        return Lookup.FOUND;
    }

    private int freePackedAtHome(Stripe stripe, long word, long handle) {
        int frame = (int) Registry.location(word);
        long line = table.line(Registry.location(word));
        long stateWord = FrameTable.lopState(line);
        if (!FrameTable.isAtHome(stateWord, stripe.homeMark())) {
            return Lookup.ELSEWHERE;
        }
        long note = packed.laNote(word, handle);
        if (note == 0 || !packed.free(word, handle)) {
            return Lookup.STALE;
        }
        if (FrameTable.state(stateWord) == FrameTable.CURRENT) {
            FrameTable.sopPendingPlus(line, packed.granules(note));
            return Lookup.FOUND;
        }
        FrameTable.xaddRemote(line, packed.granules(note));
        if (FrameTable.laFreeGranules(line) == geometry.slots(packedClass)) {
            store.partials.noteHomeFree(stripe, frame, FrameTable.lopState(line));
        }
        return Lookup.FOUND;
    }

    private boolean freeElsewhere(long handle) {
        StackReserve.forShortPath();
        long id = layout.slabId(handle);
        Thread thread = Thread.currentThread();
        while (true) {
            int section = store.readers.enter(thread);
            long word;
            int freed = Lookup.STALE;
            try {
                word = registry.laWord(id);
                if (Registry.state(word) == Registry.RESIDENT && store.admits(word, handle)) {
                    if (Registry.sizeClass(word) != packedClass) {
                        return freeResident(word, handle);
                    }
                    freed = freePackedResident(word, handle);
                }
            } finally {
                store.readers.exit(thread, section);
            }
            if (freed != Lookup.STALE) {
                releaseEnded(freed);
                return true;
            }
            switch (Registry.state(word)) {
                case Registry.MOVING -> registry.awaitSettled(id);
                case Registry.COLD -> {
                    int freedThere = cold().free(handle, word);
                    if (freedThere != Lookup.MOVED) {
                        return freedThere == Lookup.FOUND;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /**
     * As {@link #freeResident}, in a packed slab.
     *
     * @return the frame of the slab if that has ended, or {@link SlabArena#NO_FRAME}; {@link Lookup#STALE} if the
     *     object is not there
     */
    private int freePackedResident(long word, long handle) {
        int frame = (int) Registry.location(word);
        if (FrameTable.state(table.lvState(frame)) == FrameTable.SEALED) {
            // the last free ends the slab
            StackReserve.forLongPath();
        }
        long note = packed.laNote(word, handle);
        if (note == 0 || !packed.free(word, handle)) {
            return Lookup.STALE;
        }
        FrameTable.xaddRemote(table.line(frame), packed.granules(note));
        long stateWord = table.lvState(frame);
        int ended = SlabArena.NO_FRAME;
        switch (FrameTable.state(stateWord)) {
            case FrameTable.FULL -> store.partials.noteRemoteFree(frame, stateWord);
            case FrameTable.PARTIAL, FrameTable.MAILED -> store.partials.noteRemoteFreeOfPartial(frame, stateWord);
            case FrameTable.SEALED -> ended = store.sealed.noteFree(frame);
            default -> {}
        }
        if (FrameTable.isPromoted(stateWord)) {
            store.images.changed(layout.slabId(handle));
        }
        return ended;
    }

    /**
     * Releases the frame of a packed slab whose last object was freed; after the end of the allocator there is no use.
     */
    private void releaseEnded(int frame) {
        if (frame != SlabArena.NO_FRAME) {
            var _ = store.operations.tryRun(() -> store.sealed.releaseAfterReaders(frame));
        }
    }

    /** Within a reader section: the frame stays the slab's until it ends, so the header decides for good. */
    private boolean freeResident(long word, long handle) {
        int slot = layout.slot(handle);
        int frame = (int) Registry.location(word);
        if (FrameTable.state(table.lvState(frame)) == FrameTable.SEALED) {
            // the last free ends the slab
            StackReserve.forLongPath();
        }
        if (!NativeWords.compareAndSet(memory + slotOffset(word, slot), handle, HandleLayout.freeTag(handle))) {
            return false;
        }
        table.fetchOrRemote(frame, slot >>> 6, 1L << slot);
        long stateWord = table.lvState(frame);
        switch (FrameTable.state(stateWord)) {
            case FrameTable.FULL -> store.partials.noteRemoteFree(frame, stateWord);
            case FrameTable.PARTIAL, FrameTable.MAILED -> store.partials.noteRemoteFreeOfPartial(frame, stateWord);
            case FrameTable.SEALED -> {
                var _ = store.sealed.noteFree(frame);
            }
            default -> {}
        }
        if (FrameTable.isPromoted(stateWord)) {
            store.images.changed(layout.slabId(handle));
        }
        return true;
    }

    /**
     * The payload of an object; a cold one is promoted first, for which the calling thread waits.
     *
     * <p>The segment is as long as was asked for if the object is in a packed slab, else as long as the size class's
     * payload: an epoch that is opened {@linkplain EpochOptions#packed packed} gives exact lengths to all its objects.
     * It is good until the object is freed, its epoch discarded or demoted: after that its bytes may be another
     * object's. A caller that needs the bytes for more than a moment reads within a domain or by {@link #read}.
     *
     * @return null if the handle is stale, or never was one
     * @throws ZnsSlabException if a cold object can't be read or brought back
     */
    @Override
    public @Nullable MemorySegment resolve(long handle) {
        HandleLayout layout = this.layout;
        long base = memoryBase;
        long word = Registry.laWordAt(registryBase, layout.slabId(handle) & entryMask);
        long facts = SizeClassTable.of(factsBase, word);
        int slot = layout.slot(handle);
        long object = slotOffset(word, facts, slot);
        long payload = object + SlabGeometry.SLOT_HEADER_BYTES;
        long bytes = SizeClassTable.payloadBytes(facts);
        // The flag is read last: a header that equals the handle may be the next allocator's, which has the memory now.
        boolean found = mayBeInSlabOfAnyKind(layout, word, facts, slot, handle)
                && NativeWords.getAcquireAt(base, object) == handle
                && !closed;
        if (found && SizeClassTable.isPacked(facts)) {
            long note = NativeWords.getAt(base, object + SlabGeometry.SLOT_HEADER_BYTES);
            found = PackedObjects.isSealed(handle, note, secret);
            payload = object + PackedObjects.payloadOffset(note);
            bytes = PackedObjects.payloadBytes(note);
        }
        if (!found) {
            long place = bringHome(handle);
            if (place == NOWHERE) {
                return null;
            }
            payload = place >>> PLACE_SHIFT;
            bytes = place & PLACE_MASK;
        }
        // The segment is made in one place: where two ways of making it met, the compiler would put it on the heap.
        return segment.asSlice(payload, bytes);
    }

    /**
     * Where the object's payload is in DRAM, after it was promoted if need be: its offset in the arena above its bytes;
     * or {@link #NOWHERE}.
     */
    private long bringHome(long handle) {
        while (true) {
            long word = bringSlabHome(handle);
            if (word == Registry.NO_SLAB) {
                return NOWHERE;
            }
            long facts = factsOf(word);
            if (!SizeClassTable.isPacked(facts)) {
                return (slotOffset(word, facts, layout.slot(handle)) + SlabGeometry.SLOT_HEADER_BYTES) << PLACE_SHIFT
                        | SizeClassTable.payloadBytes(facts);
            }
            long note = packed.laNote(word, handle);
            if (note != 0) {
                return (packed.offset(word, handle) + PackedObjects.payloadOffset(note)) << PLACE_SHIFT
                        | PackedObjects.payloadBytes(note);
            }
            // The object has gone since: the next look says where to.
        }
    }

    /** The word of the object's slab, in DRAM, after it was promoted if need be; or {@link Registry#NO_SLAB}. */
    private long bringSlabHome(long handle) {
        StackReserve.forShortPath();
        long id = layout.slabId(handle);
        // The base of an id only grows, whichever tier its slab is in: no closer look would find the object.
        if (!layout.isSince(registry.laWord(id), handle)) {
            store.readers.checkOpen();
            return Registry.NO_SLAB;
        }
        while (true) {
            long word = reads.locateToBringHome(handle);
            if (Registry.state(word) != Registry.COLD) {
                return word;
            }
            if (!reads.bringHome(handle, word)) {
                return Registry.NO_SLAB;
            }
        }
    }

    /**
     * As {@link #resolve}, without waiting for the device. The future completes with null if the handle is stale, on a
     * thread that continuations may block; it is complete already if the object is in DRAM.
     */
    public CompletableFuture<@Nullable MemorySegment> resolveAsync(long handle) {
        StackReserve.forShortPath();
        long word = reads.locateToBringHome(handle);
        while (Registry.state(word) == Registry.RESIDENT) {
            MemorySegment payload = payloadOf(handle, word);
            if (payload != null) {
                return CompletableFuture.completedFuture(payload);
            }
            word = reads.locateToBringHome(handle);
        }
        if (word == Registry.NO_SLAB) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Boolean> promotion = reads.bringHomeAsync(handle, word);
        return promotion.isDone()
                ? promotion.thenCompose(live -> resolveNext(handle, live))
                : promotion.thenComposeAsync(live -> resolveNext(handle, live), store.completions);
    }

    private CompletableFuture<@Nullable MemorySegment> resolveNext(long handle, boolean live) {
        return live ? resolveAsync(handle) : CompletableFuture.completedFuture(null);
    }

    /**
     * Copies an object's payload without promoting it.
     *
     * @param destination receives as many bytes as it has room for, at most those that {@link #resolve} shows
     * @return the number of bytes copied, or -1 if the handle is stale
     * @throws ZnsSlabException if a cold object can't be read
     */
    public int read(long handle, MemorySegment destination) {
        StackReserve.forShortPath();
        return reads.read(handle, Arguments.requireWritable(destination, "destination"));
    }

    /**
     * As {@link #read(long, MemorySegment)}, without waiting for the read. The destination must be usable by any thread
     * and stay so, and is not to be looked at, until the future completes. As many reads may be under way as the tier
     * has buffers for; the next one waits until one of them has ended, which bounds the memory that they take.
     *
     * @return complete already if the object is in DRAM or the handle stale; else it completes on a thread that
     *     continuations may block
     */
    public CompletableFuture<Integer> readAsync(long handle, MemorySegment destination) {
        return reads.readAsync(handle, Arguments.requireWritable(destination, "destination"));
    }

    /**
     * As {@link #readAsync(long, MemorySegment)}, without a future: nothing is allocated on the heap, once as many
     * reads were under way before. For an object in DRAM and for a stale handle the listener is called before this
     * returns; so a listener that begins the next read from within itself nests as deep as objects in DRAM follow one
     * another.
     *
     * <p>For a cold object the listener is called on the thread of the tier that reads, with no other thread in
     * between: a listener that takes its time delays all reads. It may call any method. Those that would wait for that
     * thread throw {@link IllegalStateException} at once: {@link #close}, {@link #resolve} of a cold object, and
     * waiting for a future of the store that is not complete.
     */
    public void readAsync(long handle, MemorySegment destination, ReadListener listener) {
        StackReserve.forShortPath();
        reads.readAsync(
                handle,
                Arguments.requireWritable(destination, "destination"),
                Arguments.requireNonNull(listener, "listener"));
    }

    /**
     * Shows an object's payload to a reader, without promoting it. While the reader looks, the bytes stay what they
     * are, also if the object is freed, its epoch discarded or demoted, or the allocator closed by another thread: the
     * slab's frame, or a copy of a cold slab, is kept for the reader until it returns. Nothing else is held back, and
     * nothing waits for the reader; so it may take its time, and may call every method of the allocator but
     * {@link #close()}.
     *
     * @param reader gets the payload, which can't be used after it returns; read-only if the object is cold
     * @return false if the handle is stale; then the reader is not called
     * @throws ZnsSlabException if a cold object can't be read
     * @throws IllegalStateException if the allocator is closed
     */
    public boolean read(long handle, Consumer<MemorySegment> reader) {
        StackReserve.forShortPath();
        return reads.show(handle, Arguments.requireNonNull(reader, "reader"));
    }

    /**
     * The tier that the object is in; null if the handle is stale. For a cold object whose slab has used a slot twice,
     * the slab's image is read to know.
     */
    public @Nullable Tier tierOf(long handle) {
        StackReserve.forShortPath();
        return switch (Registry.state(reads.locate(handle))) {
            case Registry.RESIDENT -> Tier.RESIDENT;
            case Registry.COLD -> Tier.COLD;
            default -> null;
        };
    }

    /**
     * The bytes of an object's payload, as {@link #resolve} shows it: what was asked for if the object is in a packed
     * slab, else what its size class holds. For a cold object in a packed slab, and as for {@link #tierOf}, the slab's
     * image is read to know; nothing is promoted.
     *
     * @return -1 if the handle is stale, or never was one: where {@link #resolve} answers null
     * @throws ZnsSlabException if the image can't be read
     */
    public int sizeOf(long handle) {
        StackReserve.forShortPath();
        return reads.sizeOf(handle);
    }

    /**
     * The number of the epoch in which an object was allocated.
     *
     * @return -1 if the handle is stale, or never was one: where {@link #resolve} answers null
     * @throws ZnsSlabException if the object is cold and, as for {@link #tierOf}, an image has to be read and can't be
     */
    public long epochOf(long handle) {
        StackReserve.forShortPath();
        return reads.epochOf(handle);
    }

    /** There is a cold slab, and so a tier. */
    private ColdObjects cold() {
        return requireNonNull(cold);
    }

    private long factsOf(long word) {
        return SizeClassTable.of(factsBase, word);
    }

    private long slotOffset(long word, int slot) {
        return slotOffset(word, factsOf(word), slot);
    }

    /** The payload of an object that was there a moment ago; null if it is not in that packed slab any more. */
    private @Nullable MemorySegment payloadOf(long handle, long word) {
        long facts = factsOf(word);
        if (SizeClassTable.isPacked(facts)) {
            long note = packed.laNote(word, handle);
            return note == 0 ? null : packed.payload(word, handle, note);
        }
        return payload(facts, slotOffset(word, layout.slot(handle)));
    }

    private MemorySegment payload(long facts, long slotOffset) {
        return segment.asSlice(slotOffset + SlabGeometry.SLOT_HEADER_BYTES, SizeClassTable.payloadBytes(facts));
    }

    /**
     * The epoch to allocate in where a program has no other: the one that {@link #advanceEpoch} opened last, or the
     * builder. It is open: if that one has been closed since, the next epoch is opened now, as by
     * {@link #advanceEpoch()}, and is the current one for all threads.
     *
     * @throws EpochOpenException if the current epoch is closed, and no place in the ring is free for another
     */
    public long currentEpoch() {
        store.readers.checkOpen();
        return epochs.opener().current();
    }

    /** The highest number of an epoch that was opened so far, those of domains included; it may be closed by now. */
    public long newestEpoch() {
        return epochs.opener().newest();
    }

    /**
     * Opens the next epoch and makes it the current one; the one before stays open until it is closed. The epoch gets
     * the next number whose place in the ring is free: places of long-lived epochs are stepped over.
     *
     * @return its number
     * @throws EpochOpenException if no place in the ring is free; it names the epoch that holds the next one
     */
    public long advanceEpoch() {
        return epochs.opener().advance(EpochOptions.DEFAULT);
    }

    /** As {@link #advanceEpoch()}, with a name for people. */
    public long advanceEpoch(String label) {
        return advanceEpoch(label, Lifetime.UNSTATED);
    }

    /** As {@link #advanceEpoch(String)}, with a hint how long its objects will live once it is closed. */
    public long advanceEpoch(String label, Lifetime lifetime) {
        return advanceEpoch(EpochOptions.DEFAULT.label(label).lifetime(lifetime));
    }

    /** As {@link #advanceEpoch()}, with options for the epoch. */
    public long advanceEpoch(EpochOptions options) {
        return epochs.opener().advance(Arguments.requireNonNull(options, "options"));
    }

    /**
     * Has an epoch discarded at a time, in place of its {@linkplain EpochOptions#timeToLive time to live} and of what
     * was said here before: as {@link #closeEpoch} with {@link Disposition#DISCARD} by a thread of the allocator, whole
     * and in whichever state and tier the epoch then is. A time that is over means now.
     *
     * <p>The time is that of the wall clock, to the millisecond. An epoch that is demoted keeps it over a restart, if
     * the cold tier does, as a ZNS tier: {@link EpochInfo#expires} says so then, and an epoch whose time is over by
     * then is discarded as soon as the allocator is built, beside the first calls. A time that is set once the epoch is
     * on the tier is durable with the next {@link #sync}, or the closing; the one before holds until then.
     *
     * @param epoch an epoch that is open, or closed and has objects; of a drained one nothing is left to discard
     * @throws IllegalArgumentException if there never was such an epoch
     */
    public void discardAt(long epoch, Instant time) {
        Arguments.requireNonNull(time, "time");
        store.readers.checkOpen();
        epochs.requireOpenedOnce(epoch);
        epochs.expiry().discardAt(epoch, time);
    }

    /** What discards epochs whose time is over. */
    EpochExpiry expiry() {
        return epochs.expiry();
    }

    /**
     * All epochs that take allocations or have live objects, in either tier, oldest first, those of earlier runs
     * included: a snapshot, in which an epoch that is opened or closed meanwhile stands as it was or as it is. Walks
     * all slabs in DRAM, and the table of those on the tier, without reading the device: some 100 ns a slab.
     *
     * @return a list that can't be changed
     */
    public List<EpochInfo> epochs() {
        return epochs.census().all();
    }

    /**
     * A walk over the live objects of an epoch, in whichever tier they are: needs no handle, and works at once after a
     * restart. {@link EpochWalk} says what it shows while other threads go on. Of an epoch that has drained it shows
     * nothing.
     *
     * @throws IllegalArgumentException if there never was such an epoch
     */
    public EpochWalk walk(long epoch) {
        return walk(WalkCursor.beginningOf(epoch));
    }

    /**
     * As {@link #walk(long)}, from where another walk stood: also one of an earlier run, if the epoch was demoted. Each
     * object that lives from the making of the first walk to the end of this one is shown exactly once by the two.
     */
    public EpochWalk walk(WalkCursor from) {
        epochs.requireOpenedOnce(Arguments.requireNonNull(from, "from").epoch());
        return reads.walk(from);
    }

    /**
     * What an epoch holds now. Walks all slabs in DRAM: for diagnosis.
     *
     * @throws IllegalArgumentException if there never was such an epoch
     */
    public EpochInfo epochInfo(long epoch) {
        EpochInfo info = epochs.info(epoch);
        if (!info.pinning().isEmpty() || info.coldSlabs() == 0) {
            return info;
        }
        List<Long> pinning = new ArrayList<>();
        var _ = walk(epoch).next(PINNING_SHOWN, (handle, _) -> pinning.add(handle));
        return info.withPinning(pinning);
    }

    /**
     * The epochs that are closed and still have live objects, oldest first, and what pins them. As {@link #epochs}, for
     * diagnosis.
     */
    public List<EpochInfo> undrainedEpochs() {
        return epochs.census().undrained();
    }

    /**
     * The epochs that were opened so long ago or longer and are not closed yet, and those whose domains were not left
     * since: what to look at where memory does not come back. The longest open comes first. A snapshot, of the ring of
     * epochs alone: some nanoseconds a place.
     *
     * @param atLeast not negative; by the wall clock
     * @return a list that can't be changed
     */
    public List<OpenEpoch> openEpochs(Duration atLeast) {
        Arguments.requireNonNull(atLeast, "atLeast");
        if (atLeast.isNegative()) {
            throw new IllegalArgumentException("atLeast " + atLeast + ": must not be negative");
        }
        return epochs.census().open(atLeast);
    }

    /** How closings went so far. */
    public EpochStatistics epochStatistics() {
        return epochs.statistics();
    }

    /**
     * Bytes of segments that domains took from the C heap so far, since no slab could hold them, those that have ended
     * included. {@link #limitBytes} does not bound them, {@link SlabAllocatorBuilder#memoryLimit} does.
     */
    public long domainHeapBytes() {
        return epochs.heapBytes();
    }

    /** What went from one tier to the other so far; nothing without a cold tier. */
    public ColdStatistics coldStatistics() {
        store.readers.checkOpen();
        return store.coldCounters.statistics(relief == null ? 0 : relief.epochsDemoted());
    }

    /**
     * What happened in a size class since the allocator was built.
     *
     * @param sizeClass index of the class in {@link #sizeClasses()}, from 0
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public SlabStatistics counters(int sizeClass) {
        if (sizeClass < 0 || sizeClass >= packedClass) {
            throw new IndexOutOfBoundsException("size class %d: must be 0 to %d".formatted(sizeClass, packedClass - 1));
        }
        return countersOf(sizeClass);
    }

    /** What happened in packed slabs since the allocator was built; their slots are granules. */
    public SlabStatistics packedCounters() {
        return countersOf(packedClass);
    }

    private SlabStatistics countersOf(int slabClass) {
        store.readers.checkOpen();
        SlabCounters sum = new SlabCounters();
        for (int index = 0; index < stripes.count(); index++) {
            sum.add(stripes.get(index).counts(slabClass));
        }
        return sum.snapshot();
    }

    /** What happened in all size classes and packed slabs so far. */
    public SlabStatistics counters() {
        store.readers.checkOpen();
        SlabCounters sum = new SlabCounters();
        for (int index = 0; index < stripes.count(); index++) {
            for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
                sum.add(stripes.get(index).counts(sizeClass));
            }
        }
        return sum.snapshot();
    }

    /**
     * Closes an epoch: when this returns, no allocation in it succeeds.
     *
     * @param epoch an open epoch, or a closed one that still has slabs, which may be discarded or demoted later
     * @return what it did; complete already except for {@link Disposition#DEMOTE}, which completes when the slabs are
     *     durable on the tier, or fails and leaves those that are not in DRAM, and except for an epoch with a domain
     *     entered, which is closed by the last exit. Those complete on a thread that continuations may block.
     *     <p>A thread can't wait for the last exit by {@code join} or {@code get} while it is inside itself: it gets an
     *     {@link IllegalStateException} there if it entered a confined domain, or one that {@link #wrapDomain} made,
     *     and has not left it. A shared domain that {@link #openSharedDomain} made does not know which thread is to
     *     leave it, so a thread that waits though no other one will leave waits until {@link #closeEpochNow} or
     *     {@link #closeNow}
     * @throws IllegalArgumentException if there never was such an epoch
     * @throws IllegalStateException for {@link Disposition#DEMOTE} without a cold tier
     */
    public CompletableFuture<EpochClosing> closeEpoch(long epoch, Disposition disposition) {
        return epochs.close(epoch, disposition);
    }

    /**
     * Closes an epoch without waiting for threads that are inside, such as one that has ended within a domain: each
     * domain of the epoch is exited here. Its segments then throw, and so does each call of the domain, save
     * {@link EpochDomain#exit} and {@link EpochDomain#close}, which do nothing. May be called within a domain of the
     * epoch, and within a read callback.
     *
     * @return as {@link #closeEpoch}; so does a future that an earlier closing returned, which waited for the last exit
     * @throws IllegalArgumentException if there never was such an epoch
     * @throws IllegalStateException if another thread, which lives, is inside by a confined domain; then nothing was
     *     done. Or if a native call uses a segment of a domain; then the epoch is closed as by {@link #closeEpoch}, and
     *     this may be called again. Or for {@link Disposition#DEMOTE} without a cold tier
     */
    public CompletableFuture<EpochClosing> closeEpochNow(long epoch, Disposition disposition) {
        return epochs.closeNow(epoch, disposition);
    }

    /**
     * The root: bytes that the application keeps with the store, so that it finds its own way after a restart; for
     * example the handle of an index that it keeps in the store's objects. Those that {@link #setRoot} set last, also
     * by an earlier run on the same device.
     *
     * @return a copy; empty if no root was set, or there is no cold tier
     */
    public byte[] root() {
        store.readers.checkOpen();
        return cold == null ? new byte[0] : cold.root();
    }

    /**
     * Sets the root; {@link #root} answers with it at once. The next {@link #sync} makes it durable as a whole: after a
     * power cut before that, the root is this one or the one before. Of several threads the last one wins.
     *
     * @param bytes 0 to {@value #MOST_ROOT_BYTES} bytes, which are copied
     * @throws IllegalArgumentException if there are more
     * @throws IllegalStateException without a cold tier, where it would be lost with the allocator
     */
    public void setRoot(byte[] bytes) {
        Arguments.requireNonNull(bytes, "bytes");
        if (bytes.length > MOST_ROOT_BYTES) {
            throw new IllegalArgumentException(
                    ("a root of %d bytes: must be 0 to %d; keep more in an object that is demoted, its handle in the"
                                    + " root")
                            .formatted(bytes.length, MOST_ROOT_BYTES));
        }
        store.readers.checkOpen();
        StackReserve.forLongPath();
        if (cold == null) {
            throw new IllegalStateException(
                    "no root can be kept: the allocator has no cold tier; give one to its builder");
        }
        cold.root(bytes);
    }

    /**
     * Makes durable what has happened on the cold tier before this call; when the future completes, it is so after a
     * restart or a power cut as well:
     *
     * <ul>
     *   <li>each object there that was freed, and each cold epoch that was discarded or dropped;
     *   <li>what was written to objects there that are in DRAM again: their slabs are written anew, and stay in DRAM.
     *       What other threads write at the same time may be among it or not;
     *   <li>the {@linkplain #setRoot root}.
     * </ul>
     *
     * <p>An object counts as being there from the acknowledgement of its epoch's demotion on. Objects that were never
     * demoted are in DRAM alone, and not made durable by this: see {@link #demoteAll}. Nor is an epoch written of which
     * a demotion has failed to write a part. Without a cold tier there is nothing to do.
     *
     * <p>Takes about 1 µs for each slab in DRAM that was promoted, to see whether it has changed, and for those that
     * have it takes a demotion; so this may wait while the tier can take no more.
     *
     * @return fails with a {@link ZnsSlabException} when that could not be made durable; then it may be tried again.
     *     Completes on a thread that continuations may block
     */
    public CompletableFuture<Void> sync() {
        store.readers.checkOpen();
        StackReserve.forLongPath();
        return cold == null ? CompletableFuture.completedFuture(null) : cold.sync();
    }

    /**
     * Moves all objects to the cold tier: closes each open epoch with {@link Disposition#DEMOTE}, and demotes each
     * closed one that has slabs in DRAM. Promoted slabs that have not changed are not written. When the future
     * completes all these objects are durable, and their memory has gone back. Epochs that a thread is inside of are
     * left alone: their domains close them.
     *
     * @return what each closing did, oldest epoch first, of those epochs that had slabs; fails if a demotion does, once
     *     all others have ended, and then some epochs are in DRAM still. Completes on a thread that continuations may
     *     block
     * @throws IllegalStateException without a cold tier
     */
    public CompletableFuture<List<EpochClosing>> demoteAll() {
        StackReserve.forLongPath();
        return epochs.demoteAll();
    }

    /**
     * A confined domain over a new epoch, entered; its last exit discards the epoch. As
     * {@link #openDomain(Disposition)}.
     */
    public EpochDomain openDomain() {
        return openDomain(Disposition.DISCARD);
    }

    /**
     * A domain of the calling thread over a new epoch, entered. The epoch gets the next number whose place in the ring
     * is free; {@link #currentEpoch()} stays what it is.
     *
     * @param atLastExit how the outermost exit closes the epoch
     * @throws EpochOpenException if no place in the ring is free
     * @throws IllegalStateException for {@link Disposition#DEMOTE} without a cold tier
     */
    public EpochDomain openDomain(Disposition atLastExit) {
        epochs.requirePossible(atLastExit, "atLastExit");
        return newDomain(atLastExit, Thread.currentThread());
    }

    /**
     * As {@link #openDomain(Disposition)}, for any number of threads. Any of them may make any of the exits, also the
     * one for the entry that this call makes. So before a thread waits for the closing of the epoch
     * ({@link #closeEpoch}) it has to know that other threads make the exits that are left: if none does, it waits for
     * itself, which can't be told from outside.
     */
    public EpochDomain openSharedDomain(Disposition atLastExit) {
        epochs.requirePossible(atLastExit, "atLastExit");
        return newDomain(atLastExit, null);
    }

    private EpochDomain newDomain(Disposition atLastExit, @Nullable Thread owner) {
        return epochs.opener().openEntered(this, atLastExit, owner);
    }

    /**
     * A domain for any number of threads over an open epoch, not entered. It can be entered again and again, and does
     * not close the epoch.
     *
     * <p>Its entries count as their threads' own: a thread that has entered, and not left, can't wait for the last exit
     * of the epoch ({@link #closeEpoch}). A thread may leave in another one's place; from the first time on the domain
     * does not know whose its entries are, and refuses no waiting. Before that it can't know that a thread has entered
     * for another one that is going to leave: that thread, too, is refused to wait. It attaches a continuation to the
     * closing instead ({@code thenRun}), waits until the other one has left, or has the other one enter.
     */
    public EpochDomain wrapDomain(long epoch) {
        store.readers.checkOpen();
        return new EpochDomain(this, epochs, epoch, null, null, null);
    }

    private MemorySegment payloadOfNew(long handle) {
        return requireNonNull(payloadOf(handle, registry.laWord(layout.slabId(handle))));
    }

    /**
     * The first bytes of the payload of an object that the caller has just allocated: no other thread has its handle.
     */
    MemorySegment payloadOfNew(long handle, long bytes) {
        long word = registry.laWord(layout.slabId(handle));
        long facts = factsOf(word);
        return SizeClassTable.isPacked(facts)
                ? packed.payload(word, handle)
                : segment.asSlice(slotOffset(word, facts, layout.slot(handle)) + SlabGeometry.SLOT_HEADER_BYTES, bytes);
    }

    /** The payload of a live object of an epoch that the caller is inside of; null if the handle is stale. */
    @Nullable
    MemorySegment resolveIn(long epoch, long handle) {
        StackReserve.forShortPath();
        MemorySegment payload = null;
        while (payload == null) {
            long word = reads.locate(handle);
            if (word == Registry.NO_SLAB) {
                return null;
            }
            long slabEpoch =
                    Registry.state(word) == Registry.RESIDENT ? table.lopEpoch((int) Registry.location(word)) : -1;
            if (slabEpoch != epoch) {
                throw new IllegalArgumentException(
                        "0x%x is an object of another epoch than this domain's, %d: use SlabAllocator.read"
                                .formatted(handle, epoch));
            }
            payload = payloadOf(handle, word);
        }
        return payload;
    }

    /** Bytes of memory that slabs may use at most. */
    public long limitBytes() {
        return arena().limitBytes();
    }

    /**
     * Bytes of memory off the heap that the allocator and its cold tier may use together at most, as given by
     * {@link SlabAllocatorBuilder#memoryLimit}; 0 for no such limit.
     */
    public long memoryLimitBytes() {
        return store.memoryLimit.bytes();
    }

    /** Whether epochs can be demoted. */
    public boolean hasColdTier() {
        return cold != null;
    }

    /** The largest payload that can be allocated, in bytes. */
    public int largestPayloadBytes() {
        return geometry.largestPayloadBytes();
    }

    /** The largest payload that a size class holds, in bytes; larger ones go to packed slabs. */
    int largestClassedPayloadBytes() {
        return geometry.largestClassedPayloadBytes();
    }

    /** The slot size of each size class, in bytes, ascending; a payload is 8 bytes smaller. */
    public List<Integer> sizeClasses() {
        return IntStream.range(0, geometry.sizeClasses())
                .mapToObj(geometry::slotBytes)
                .toList();
    }

    /**
     * Gives all memory that holds no live object back to the operating system, at once: empty slabs of open epochs, and
     * what is kept for the next allocations of any thread. The limit is not changed; what is allocated next takes page
     * faults again. An allocation that finds no memory does this by itself.
     *
     * <p>May be called at any time by any thread. Takes time in proportion to the slabs in use that have free slots,
     * and to the memory given back, about 0.1 µs a slab of the former and 1 µs a slab of the latter; other threads go
     * on meanwhile, save that each waits some microseconds if it wants another slab just when its own are looked
     * through.
     *
     * @return bytes given back
     */
    public long trim() {
        store.readers.checkOpen();
        return store.reclaim.trim(Thread.currentThread()).bytes();
    }

    /**
     * Memory off the heap that the allocator and its cold tier take, by what it is for. Makes no system call: each
     * figure is a counter.
     */
    public MemoryUsage memoryUsage() {
        return store.operations.call(() -> store.memoryLimit.usage(arena()));
    }

    /** Memory of the DRAM tier. Reads {@code /proc/self/smaps}: not for hot paths. */
    public ArenaUsage arenaUsage() {
        return store.operations.call(() -> new ArenaUsage(
                arena().limitBytes(),
                arena().grantedBytes(),
                store.retained.hotFrames() << geometry.slabShift(),
                ResidentMemory.rangeBytes(arena().memory())));
    }

    /**
     * Bytes of memory of the tables by which slabs are found in either tier: grows with the number of slabs, cold ones
     * included. Reads {@code /proc/self/smaps}: not for hot paths.
     */
    public long indexBytes() {
        return store.operations.call(() -> registry.residentBytes() + store.closedEpochs.listBytes());
    }

    /** Resident memory of the whole process, in bytes, as the kernel counts it. */
    public static long processRssBytes() {
        return ResidentMemory.processBytes();
    }

    /**
     * Checks that all the allocator's tables agree: every slot of every slab live or free in exactly one way, every
     * frame and slab id in exactly one place. For tests and diagnosis: takes time in proportion to the memory in use,
     * and the caller guarantees that no other call is under way, in any thread or on the cold tier.
     *
     * @throws IllegalStateException naming what is broken
     */
    public void checkInvariants() {
        store.operations.enter();
        try {
            new Invariants(store).check();
        } finally {
            store.operations.exit();
        }
    }

    /**
     * Closes the cold tier, if any, and then gives up all memory. What is in DRAM alone is lost: objects that were
     * never demoted, and what was written to promoted ones since the last {@link #sync}; {@link #close(Disposition)}
     * can keep them. Waits for demotions and closings under way; operations of other threads fail with
     * {@link IllegalStateException} or finish first. Read callbacks that are running are not waited for: each keeps its
     * bytes, and the memory is given up when the last one has returned. Closing again does nothing, except where a
     * native call used a segment of the store: then the first closing has ended everything but kept the memory, and
     * closing again once the call has returned gives that back. A continuation of a future of the store may close it;
     * what other continuations do is not waited for.
     *
     * @throws IllegalStateException if a domain is entered, within a read callback of this allocator, or on a thread of
     *     the tier; then nothing was closed. Or if a native call uses a segment of the store
     */
    @Override
    public void close() {
        requireClosable();
        if (epochs.refuseEntries()) {
            end();
        } else if (arena().isEnding()) {
            // what a native call kept an earlier closing from
            giveUpMemory();
        }
    }

    /**
     * Closes the allocator as {@link #close()} does, and says what becomes of objects that are in DRAM alone.
     *
     * @param inDram {@link Disposition#DEMOTE} demotes everything first, as {@link #demoteAll}, and waits for it: then
     *     a later run on the same device finds all objects. What other threads allocate meanwhile is lost, so they
     *     should have come to an end. {@link Disposition#DISCARD} loses what is in DRAM alone, as {@link #close()}
     *     does; what is on the tier stays there
     * @throws IllegalArgumentException for {@link Disposition#RECLAIM}, which leaves objects in DRAM
     * @throws IllegalStateException as {@link #close()}, or for {@link Disposition#DEMOTE} without a cold tier; then
     *     nothing was closed
     * @throws ZnsSlabException if not everything could be demoted; then the allocator is not closed, and this may be
     *     tried again, or {@link #close()} called
     */
    public void close(Disposition inDram) {
        if (Arguments.requireNonNull(inDram, "inDram") == Disposition.RECLAIM) {
            throw new IllegalArgumentException(
                    "the allocator can't be closed with RECLAIM, which leaves objects in DRAM: give DEMOTE or DISCARD");
        }
        if (inDram == Disposition.DEMOTE && !closed) {
            epochs.requirePossible(inDram, "inDram");
            requireClosable();
            epochs.requireNoneEntered();
            try {
                demoteAll().join();
            } catch (CompletionException e) {
                throw Failures.rethrown(e);
            }
        }
        close();
    }

    /**
     * Closes the allocator as {@link #close()} does, but also if domains are entered, by threads that have ended or
     * that never leave: no entry is waited for. Then each call of such a domain throws {@link IllegalStateException},
     * save {@link EpochDomain#exit} and {@link EpochDomain#close}, which do nothing but end the segments of their
     * domain. Segments of domains throw, too, with one exception: those of a confined domain stay usable by its own
     * thread, if that is another one and lives, until it exits. As long as they do the memory is kept, and is no other
     * allocator's. Futures that wait for the last exit of an epoch fail with an {@link IllegalStateException}, and the
     * epoch's objects are lost like those of all open epochs.
     *
     * <p>May be called within a domain. Closing again gives back the memory that was kept for threads that have ended
     * meanwhile, or for native calls that have returned.
     *
     * @throws IllegalStateException within a read callback of this allocator, or on a thread of the tier; then nothing
     *     was closed. Or if a native call uses a segment of the store; then closing again gives the memory back
     */
    public void closeNow() {
        requireClosable();
        if (epochs.revokeEntries()) {
            end();
            return;
        }
        epochs.domains().endKeepingWherePossible();
        if (arena().isEnding()) {
            giveUpMemory();
        }
    }

    private void requireClosable() {
        AgentRunner.requireNoAgentThread("the allocator can't be closed");
        StackReserve.forLongPath();
        if (store.looks.isWithin()) {
            throw new IllegalStateException(
                    "the allocator can't be closed within its read callback: close it after the read has returned");
        }
    }

    private void end() {
        try {
            epochs.stop();
            if (relief != null) {
                relief.stop();
            }
            if (cold != null) {
                cold.finish();
            }
        } finally {
            epochs.close();
            if (relief != null) {
                relief.close();
            }
            if (store.decay != null) {
                store.decay.close();
            }
            store.shutDown();
            closed = true;
            try {
                if (cold != null) {
                    cold.close();
                }
            } finally {
                epochs.atExit().abandonPromises();
                epochs.domains().revokeAll();
                giveUpMemory();
            }
        }
    }

    private void giveUpMemory() {
        arena().endSegments();
        store.looks.shut(arena()::close);
    }

    private SlabArena arena() {
        return store.arena;
    }
}
