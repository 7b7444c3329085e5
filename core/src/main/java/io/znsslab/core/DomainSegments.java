package io.znsslab.core;

import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.MemoryBesideSlabs.Use;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The segments that a domain hands out from one entry to the outermost exit, and how they end: by the thread that
 * leaves, or in place of their users by a forced close. As thread-safe as their arena.
 */
final class DomainSegments {
    private static final System.Logger LOGGER = System.getLogger(EpochDomain.class.getName());

    /** The alignment of all memory of the C heap, in bytes; for a greater one as many bytes more are taken. */
    private static final int HEAP_ALIGNMENT = 16;

    private static final AtomicLongFieldUpdater<DomainSegments> HEAP_BYTES =
            AtomicLongFieldUpdater.newUpdater(DomainSegments.class, "heapBytes");

    private final Arena arena;
    private final MemoryBesideSlabs memory;
    /** Bytes of the C heap, as {@code memory} counts them; changed by {@link #HEAP_BYTES}. */
    private volatile long heapBytes;

    private DomainSegments(Arena arena, MemoryBesideSlabs memory) {
        this.arena = arena;
        this.memory = memory;
    }

    /** Segments for the calling thread alone. */
    @SuppressWarnings("MustBeClosedChecker") // the outermost exit closes it
    static DomainSegments confined(MemoryBesideSlabs memory) {
        return new DomainSegments(Arena.ofConfined(), memory);
    }

    /** Segments for any thread. */
    @SuppressWarnings("MustBeClosedChecker") // the outermost exit closes it
    static DomainSegments shared(MemoryBesideSlabs memory) {
        return new DomainSegments(Arena.ofShared(), memory);
    }

    /** What gives them their lifetime. */
    Arena arena() {
        return arena;
    }

    /**
     * Takes from the C heap what no slab can hold.
     *
     * @return null if the memory limit leaves no room for it
     * @throws IllegalStateException if they have ended
     */
    @Nullable
    MemorySegment allocateFromHeap(long byteSize, long byteAlignment) {
        long bytes = byteAlignment > HEAP_ALIGNMENT ? Math.addExact(byteSize, byteAlignment) : byteSize;
        if (!memory.take(Use.SEGMENTS, bytes)) {
            return null;
        }
        HEAP_BYTES.addAndGet(this, bytes);
        try {
            return arena.allocate(byteSize, byteAlignment);
        } catch (Throwable e) {
            giveBack(bytes);
            throw e;
        }
    }

    /** Gives back what an allocation got no memory for, unless their end has done so meanwhile. */
    private void giveBack(long bytes) {
        long counted = HEAP_BYTES.getAndUpdate(this, value -> value >= bytes ? value - bytes : value);
        if (counted >= bytes) {
            memory.giveBack(Use.SEGMENTS, bytes);
        }
    }

    private void giveBackAll() {
        long bytes = HEAP_BYTES.getAndSet(this, 0);
        if (bytes > 0) {
            memory.giveBack(Use.SEGMENTS, bytes);
        }
    }

    MemorySegment.Scope scope() {
        return arena.scope();
    }

    boolean isAlive() {
        return arena.scope().isAlive();
    }

    /**
     * Ends them, if that has not happened.
     *
     * @return what their cleanup actions threw; null for nothing
     * @throws IllegalStateException if a native call uses one of them; then they go on
     */
    @Nullable
    Throwable end() {
        // A forced close may have ended those of a confined domain.
        if (!isAlive()) {
            return null;
        }
        try {
            arena.close();
            return null;
        } catch (RuntimeException | Error e) {
            if (isAlive()) {
                throw e;
            }
            return e;
        } finally {
            if (!isAlive()) {
                giveBackAll();
            }
        }
    }

    /** Throws what cleanup actions threw, when their domain has been left; null for nothing. */
    static void rethrow(@Nullable Throwable ofCleanup) {
        switch (ofCleanup) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }

    /** The same where the segments were ended in place of their users, who are not there to be told. */
    static void log(@Nullable Throwable ofCleanup, long epoch) {
        if (ofCleanup != null) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "a cleanup action of a segment of epoch " + epoch + "'s domain failed: " + ofCleanup,
                    ofCleanup);
        }
    }
}
