package io.znsslab.core;

import io.znsslab.bindings.AddressSpace;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.slab.Stripe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A guard of one epoch: while a thread is inside, the epoch's memory stays where it is.
 *
 * <p>It is an {@link Arena}: what it allocates is zeroed, and its segments are usable inside only; used afterwards they
 * throw. So {@code try (var request = allocator.openDomain()) { request.allocate(128); }} takes the place of
 * {@code Arena.ofConfined()}, and all that takes an arena takes a domain: a mapping, a library or an upcall stub that
 * is bound to it ends with it.
 *
 * <p>Entries nest: {@link #enter} and {@link #exit} (or {@link #close}, which is the same) come in pairs, and the
 * segments last until the outermost exit. A domain that closes its epoch does so then; one that
 * {@linkplain SlabAllocator#wrapDomain wraps} an epoch may be entered again. Closing an epoch while a thread is inside
 * stops allocation in it at once; the disposition takes effect at the last exit.
 *
 * <p>A confined domain is for the thread that made it: others get a {@link WrongThreadException}. A shared one is
 * thread-safe, and all threads that are inside share its segments.
 *
 * <p>A domain keeps the contract of {@link Arena#ofConfined} and {@link Arena#ofShared}, with what an epoch adds to it:
 *
 * <ul>
 *   <li>Memory is bounded: beyond the allocator's limit {@link #allocate} throws {@link ArenaFullException}, where
 *       those arenas throw {@link OutOfMemoryError}.
 *   <li>The epoch may be closed by another call while a thread is inside. Then {@link #allocate} throws
 *       {@link IllegalStateException} though the scope is alive.
 *   <li>After a forced close ({@link SlabAllocator#closeEpochNow}), which has left the domain in its threads' place,
 *       {@link #close} does nothing, where a second close of an arena throws.
 *   <li>The scope of a confined domain is made when its thread first needs it. Until then another thread that asks for
 *       {@link #scope} gets a {@link WrongThreadException}.
 * </ul>
 */
public final class EpochDomain implements Arena {
    private static final int SLOT_ALIGNMENT = 8;
    private static final MemorySegment.Scope ENDED;

    static {
        try (Arena arena = Arena.ofShared()) {
            ENDED = arena.scope();
        }
    }

    private final SlabAllocator allocator;
    private final Epochs epochs;
    private final long epoch;
    private final @Nullable Disposition atLastExit;
    private final @Nullable Thread owner;
    private final boolean packed;
    /** The owner's stripe, if the domain is confined and its objects are packed; else null. */
    private final @Nullable Stripe stripe;
    /** Where that stripe claims packed objects of the epoch. */
    private final long claimLine;

    private final @Nullable ReentrantLock lock;
    /** Which threads are inside, under the lock; null unless the domain wraps an epoch. */
    private final @Nullable ThreadEntries entrants;

    private int entries;
    // A confined domain makes them when first needed, since handles need none. A shared one has them as long as a
    // thread is inside; a thread that is not may read the field at any moment.
    private volatile @Nullable DomainSegments segments;
    // The scope of the entry before; null for none, which costs no fence where a domain is made.
    private volatile MemorySegment.@Nullable Scope endedScope;
    private boolean ended;
    /** The outcome of the closing: promised inside if a caller asked, or what the last exit has begun. */
    private @Nullable CompletableFuture<EpochClosing> closing;
    /** Whether a forced close of the epoch has exited it; of a confined domain see {@link #isRevoked}. */
    private volatile boolean revoked;

    /**
     * A domain that is not entered.
     *
     * @param atLastExit how the last exit closes the epoch; null if it does not
     * @param owner the only thread that may use it; null for a shared domain
     * @param own the stripe of that thread; null if it has none, or is not at hand
     */
    EpochDomain(
            SlabAllocator allocator,
            Epochs epochs,
            long epoch,
            @Nullable Disposition atLastExit,
            @Nullable Thread owner,
            @Nullable Stripe own) {
        this.allocator = allocator;
        this.epochs = epochs;
        this.epoch = epoch;
        this.atLastExit = atLastExit;
        this.owner = owner;
        this.packed = epochs.isPacked(epoch, atLastExit != null);
        this.stripe = owner != null && packed ? own : null;
        this.claimLine = stripe == null ? 0 : allocator.packedClaimLine(stripe, epoch);
        this.lock = owner == null ? new ReentrantLock() : null;
        this.entrants = owner == null && atLastExit == null ? new ThreadEntries() : null;
    }

    /** The number of the epoch. */
    public long epoch() {
        return epoch;
    }

    /**
     * Enters the domain, once more or for the first time.
     *
     * @return this, for try-with-resources
     * @throws IllegalStateException if the epoch is closed, or the domain was by force
     * @throws IllegalArgumentException if there never was such an epoch
     */
    public EpochDomain enter() {
        begin();
        try {
            requireNotRevoked();
            noteEntrant();
            if (entries == 0) {
                enterEpoch();
            } else {
                requireNotEnding();
            }
            entries++;
            return this;
        } finally {
            end();
        }
    }

    private void noteEntrant() {
        if (entrants != null) {
            if (entries == 0) {
                // Whatever an entry has left there that failed.
                entrants.clear();
            }
            entrants.enter(Thread.currentThread());
        }
    }

    private void noteLeaver() {
        if (entrants != null) {
            entrants.exit(Thread.currentThread());
        }
    }

    /** Whether the calling thread has entered a domain that wraps an epoch, and has not left it. */
    boolean isEnteredByCaller() {
        if (entrants == null) {
            return false;
        }
        begin();
        try {
            return entries > 0 && entrants.contains(Thread.currentThread());
        } finally {
            end();
        }
    }

    private void enterEpoch() {
        if (owner == null) {
            epochs.domains().enterShared(this);
        }
        boolean entered = false;
        try {
            boolean inside = !ended && epochs.enter(epoch);
            if (!inside) {
                epochs.requireOpenedOnce(epoch);
                throw new IllegalStateException(
                        "domain of epoch %d can't be entered: the epoch is closed".formatted(epoch));
            }
            try {
                beginSegments();
                entered = true;
            } finally {
                if (!entered) {
                    epochs.exit(epoch);
                }
            }
        } finally {
            if (!entered && owner == null) {
                epochs.domains().leaveShared(this);
            }
        }
    }

    /** The first entry of a domain whose epoch was opened with one inside. */
    EpochDomain entered() {
        boolean entered = false;
        try {
            beginSegments();
            if (owner == null) {
                epochs.domains().enterShared(this);
            }
            entries = 1;
            entered = true;
            return this;
        } finally {
            if (!entered) {
                leave();
            }
        }
    }

    /** Whether the last exit discards the epoch. */
    boolean isDiscardedAtLastExit() {
        return atLastExit == Disposition.DISCARD;
    }

    /** Whether the domain is entered, as the thread that made it sees. */
    boolean isEntered() {
        return entries > 0;
    }

    private void beginSegments() {
        if (owner == null) {
            segments = DomainSegments.shared(epochs.memoryBesideSlabs());
        }
    }

    /**
     * The segments, for a thread that is inside; one that only took itself for that gets segments that have ended or
     * are about to, or an exception.
     */
    private DomainSegments segments() {
        DomainSegments current = segments;
        if (current != null) {
            return current;
        }
        requireNotRevoked();
        if (owner == null) {
            throw noThreadInside();
        }
        checkThread();
        DomainSegments confined = DomainSegments.confined(epochs.memoryBesideSlabs());
        epochs.domains().setSegments(epochs.ringIndex(epoch), confined);
        segments = confined;
        return confined;
    }

    /**
     * Leaves the domain once. At the outermost exit the segments end, and a domain made by
     * {@link SlabAllocator#openDomain()} closes its epoch. After a forced close ({@link SlabAllocator#closeEpochNow},
     * {@link SlabAllocator#closeNow}) it does nothing but end what segments are left.
     *
     * <p>What a cleanup action of a segment throws ({@link MemorySegment#reinterpret}) is thrown on when the domain has
     * been left.
     *
     * @throws IllegalStateException if no thread is inside, or a native call uses a segment; then nothing was done
     */
    public void exit() {
        Throwable ofCleanup;
        if (atLastExit == Disposition.DISCARD) {
            StackReserve.forDiscard();
        } else {
            StackReserve.forLongPath();
        }
        begin();
        try {
            if (isRevoked()) {
                exitRevoked();
                return;
            }
            requireInside();
            if (entries > 1) {
                entries--;
                noteLeaver();
                return;
            }
            requireNotEnding();
            ofCleanup = closeSegments();
            entries = 0;
            noteLeaver();
            if (owner == null) {
                epochs.domains().leaveShared(this);
            }
        } finally {
            end();
        }
        try {
            leave();
        } finally {
            if (epochs.areRevoked()) {
                epochs.domains().endKeeping(this);
            }
        }
        DomainSegments.rethrow(ofCleanup);
    }

    /** A cleanup action of a segment, which runs while the segments end, must not leave the domain once more. */
    private void requireNotEnding() {
        DomainSegments current = segments;
        if (current != null && !current.isAlive()) {
            throw new IllegalStateException("the domain of epoch %d is being left".formatted(epoch));
        }
    }

    /**
     * Ends the segments.
     *
     * @return what their cleanup actions threw; null for nothing
     * @throws IllegalStateException if a native call uses one of them; then they go on
     */
    private @Nullable Throwable closeSegments() {
        DomainSegments current = segments;
        Throwable ofCleanup = null;
        if (current != null) {
            ofCleanup = current.end();
            endedScope = current.scope();
            segments = null;
            if (owner != null) {
                epochs.domains().setSegments(epochs.ringIndex(epoch), null);
            }
        }
        return ofCleanup;
    }

    /** Whether a forced close has exited it: a confined one is no longer noted as inside then. */
    private boolean isRevoked() {
        return revoked
                || epochs.areRevoked()
                || (owner != null && entries > 0 && !epochs.domains().isConfined(epochs.ringIndex(epoch), epoch));
    }

    /** Exits after a forced close: the first thread that comes ends the segments that the close could not end. */
    private void exitRevoked() {
        Throwable ofCleanup = closeSegments();
        if (owner != null && entries > 0) {
            revoked = true;
            if (epochs.domains().isConfined(epochs.ringIndex(epoch), epoch)) {
                epochs.noteLeft(epoch);
                // before the look whether it keeps the memory, as the closing looks at the other first
                VarHandle.fullFence();
            }
        }
        entries = 0;
        epochs.domains().endKeeping(this);
        DomainSegments.rethrow(ofCleanup);
    }

    /** Exits a shared domain in the place of all threads that are inside. */
    void revoke() {
        begin();
        try {
            if (entries == 0) {
                return;
            }
            DomainSegments.log(closeSegments(), epoch);
            revoked = true;
            entries = 0;
            epochs.domains().leaveShared(this);
        } catch (IllegalStateException inUse) {
            throw EnteredDomains.usedByNativeCall(epoch);
        } finally {
            end();
        }
        epochs.exit(epoch);
    }

    /** Whether no thread can use a segment of a shared domain any more. */
    boolean endSegments() {
        begin();
        try {
            DomainSegments.log(closeSegments(), epoch);
            return true;
        } catch (IllegalStateException usedByNativeCall) {
            return false;
        } finally {
            end();
        }
    }

    /** The only thread that may use it; null for a shared domain. */
    @Nullable
    Thread owner() {
        return owner;
    }

    private void requireNotRevoked() {
        if (isRevoked()) {
            throw new IllegalStateException("the domain of epoch %d was closed by force".formatted(epoch));
        }
    }

    /** What the outermost exit does to the epoch. */
    private void leave() {
        if (atLastExit != null) {
            ended = true;
            if (atLastExit == Disposition.DISCARD && owner != null && closing == null && epochs.exitAndDiscard(epoch)) {
                return;
            }
            if (owner != null) {
                epochs.noteLeft(epoch);
            }
            // Closes at once if this was the last to go out, else the last one does; a failed demotion leaves the slabs
            // in DRAM and is the future's to tell.
            try {
                noteClosing(epochs.closeAtExit(epoch, atLastExit));
            } finally {
                epochs.exit(epoch);
            }
            return;
        }
        epochs.exit(epoch);
    }

    private void noteClosing(CompletableFuture<EpochClosing> atExit) {
        if (lock != null) {
            lock.lock();
        }
        try {
            if (closing == null) {
                closing = atExit;
            }
        } finally {
            end();
        }
    }

    /**
     * The outcome of the closing that the last exit brings, so that a program can wait until the domain's objects are
     * durable on the cold tier, or learn why they are not:
     *
     * <pre>{@code
     * CompletableFuture<EpochClosing> durable;
     * try (EpochDomain batch = allocator.openDomain(Disposition.DEMOTE)) {
     *     ...
     *     durable = batch.closing();
     * }
     * durable.join();
     * }</pre>
     *
     * <p>May be called inside, and after the last exit for a domain that reclaims or demotes. Where another call closes
     * the epoch first, the outcome is that one's. The same threads as for {@link SlabAllocator#closeEpoch} can't wait
     * for it.
     *
     * @return completes when the epoch is closed, and for {@link Disposition#DEMOTE} when its slabs are durable; fails
     *     as {@link SlabAllocator#closeEpoch} does, and if the allocator is closed by force before. Completes on a
     *     thread that continuations may block
     * @throws IllegalStateException if the domain does not close its epoch; or has been left, or was closed by force,
     *     and no call inside has asked before
     */
    public CompletableFuture<EpochClosing> closing() {
        begin();
        try {
            if (atLastExit == null) {
                throw new IllegalStateException(("the domain wraps epoch %d, which its last exit does not close: see"
                                + " SlabAllocator.closeEpoch")
                        .formatted(epoch));
            }
            if (closing == null) {
                requireInside();
                closing = epochs.atExit().promise(epoch);
            }
            return closing;
        } finally {
            end();
        }
    }

    /** The same as {@link #exit}. */
    @Override
    public void close() {
        exit();
    }

    /**
     * Closes the epoch whether or not a thread is inside: allocation in it ends now, the rest happens at the last exit.
     * {@link SlabAllocator#closeEpochNow} does not wait for threads that will not leave.
     *
     * @return completes when the epoch has closed, at the earliest at the last exit; for which threads can't wait for
     *     it see {@link SlabAllocator#closeEpoch}
     */
    public CompletableFuture<EpochClosing> forceClose() {
        return epochs.close(epoch, atLastExit == null ? Disposition.RECLAIM : atLastExit);
    }

    /**
     * Allocates zeroed memory that lasts until the outermost exit. A request that no slab can hold, by size or
     * alignment (up to a page), is served from the C heap and freed then; {@link SlabAllocator#memoryUsage} says how
     * much that is, and {@link SlabAllocatorBuilder#memoryLimit} bounds it, too.
     *
     * @param byteSize 0 or more
     * @param byteAlignment in bytes, a power of two
     * @throws IllegalStateException if no thread is inside, or the epoch was closed meanwhile
     * @throws ArenaFullException if the allocator's memory limit is reached
     */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        Arguments.requireAllocatable(byteSize, byteAlignment);
        checkThread();
        if (entries == 0) {
            requireInside();
        }
        boolean isOrdinary = packed
                ? byteAlignment <= SlabAllocator.PACKED_ALIGNMENT && allocator.fitsPacked(byteSize)
                : byteAlignment <= SLOT_ALIGNMENT && byteSize <= allocator.largestClassedPayloadBytes();
        if (!isOrdinary && !allocator.fitsPacked(byteSize, byteAlignment)) {
            // for an object the epoch's gate does that
            requireNotRevoked();
            return allocateFromHeap(byteSize, byteAlignment);
        }
        Arena life = segments().arena();
        long handle = isOrdinary ? allocateHandle(byteSize) : allocateAligned(byteSize, (int) byteAlignment);
        try {
            return AddressSpace.bind(allocator.payloadOfNew(handle, byteSize), life)
                    .fill((byte) 0);
        } catch (IllegalStateException e) {
            // the last thread inside left meanwhile
            var _ = allocator.free(handle);
            throw e;
        }
    }

    private MemorySegment allocateFromHeap(long byteSize, long byteAlignment) {
        DomainSegments current = segments();
        MemorySegment segment = current.allocateFromHeap(byteSize, byteAlignment);
        if (segment == null) {
            long _ = allocator.trim();
            segment = current.allocateFromHeap(byteSize, byteAlignment);
        }
        if (segment == null) {
            throw new ArenaFullException(allocator, byteSize, epoch);
        }
        epochs.noteHeapBytes(byteSize);
        return segment;
    }

    /**
     * Allocates an object that is named by a handle, as {@link SlabAllocator#allocate} does; failures are exceptions
     * here.
     *
     * @return the handle
     */
    public long allocateHandle(long payloadBytes) {
        checkThread();
        // A forced close has shut the epoch's gate: no other check is needed for each object.
        try {
            if (stripe != null && allocator.fitsPacked(payloadBytes)) {
                return requireHandle(allocator.allocatePacked(payloadBytes, epoch, stripe, claimLine));
            }
            return requireHandle(
                    packed && allocator.fitsPacked(payloadBytes)
                            ? allocator.allocatePacked(payloadBytes, SlabAllocator.PACKED_ALIGNMENT, epoch)
                            : allocator.allocate(payloadBytes, epoch));
        } catch (IllegalStateException e) {
            requireNotRevoked();
            throw e;
        }
    }

    private long allocateAligned(long payloadBytes, int alignment) {
        try {
            return requireHandle(
                    allocator.allocatePacked(payloadBytes, Math.max(SlabAllocator.PACKED_ALIGNMENT, alignment), epoch));
        } catch (IllegalStateException e) {
            requireNotRevoked();
            throw e;
        }
    }

    private long requireHandle(long handle) {
        if (Handle.isHandle(handle)) {
            return handle;
        }
        if (handle == Handle.EPOCH_CLOSED) {
            requireNotRevoked();
        }
        throw allocator.noObject(epoch, handle);
    }

    /**
     * The payload of an object of this epoch. It keeps its bytes until the outermost exit, unless the object is freed.
     *
     * @return null if the handle is stale
     * @throws IllegalArgumentException if the object is of another epoch
     */
    public @Nullable MemorySegment resolve(long handle) {
        checkThread();
        requireInside();
        MemorySegment payload = allocator.resolveIn(epoch, handle);
        return payload == null ? null : AddressSpace.bind(payload, segments().arena());
    }

    /**
     * The life of this entry's segments; while no thread is inside, that of the last entry's, which has ended.
     *
     * @throws WrongThreadException if another thread than the owner of a confined domain asks before the owner has
     *     allocated, resolved an object or asked
     */
    @Override
    public MemorySegment.Scope scope() {
        DomainSegments current = segments;
        if (current != null) {
            return current.scope();
        }
        if (entries > 0 && owner != null && !isRevoked()) {
            return segments().scope();
        }
        MemorySegment.Scope last = endedScope;
        return last == null ? ENDED : last;
    }

    private void requireInside() {
        requireNotRevoked();
        if (entries == 0) {
            throw noThreadInside();
        }
    }

    private IllegalStateException noThreadInside() {
        return new IllegalStateException("no thread is inside the domain of epoch %d".formatted(epoch));
    }

    private void checkThread() {
        if (owner != null && owner != Thread.currentThread()) {
            throw new WrongThreadException("the domain of epoch %d belongs to %s".formatted(epoch, owner));
        }
    }

    private void begin() {
        checkThread();
        if (lock != null) {
            lock.lock();
        }
    }

    private void end() {
        if (lock != null) {
            lock.unlock();
        }
    }
}
