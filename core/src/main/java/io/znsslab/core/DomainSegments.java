package io.znsslab.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The segments that a domain hands out from one entry to the outermost exit, and how they end: by the thread that
 * leaves, or in place of their users by a forced close. As thread-safe as their arena.
 */
final class DomainSegments {
    private static final System.Logger LOGGER = System.getLogger(EpochDomain.class.getName());

    private final Arena arena;

    private DomainSegments(Arena arena) {
        this.arena = arena;
    }

    /** Segments for the calling thread alone. */
    @SuppressWarnings("MustBeClosedChecker") // the outermost exit closes it
    static DomainSegments confined() {
        return new DomainSegments(Arena.ofConfined());
    }

    /** Segments for any thread. */
    @SuppressWarnings("MustBeClosedChecker") // the outermost exit closes it
    static DomainSegments shared() {
        return new DomainSegments(Arena.ofShared());
    }

    /** What gives them their lifetime, and takes what no slab can hold from the C heap. */
    Arena arena() {
        return arena;
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
