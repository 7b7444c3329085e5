package io.znsslab.core.arena;

import org.jspecify.annotations.Nullable;

/**
 * Where each frame is found, noted one by one, to check that every frame that was ever handed out is found exactly
 * once.
 *
 * <p>For one check by one thread, while no frame moves.
 */
public final class FrameCensus {
    /** Where a frame can be found. */
    public enum Found {
        /** A slab of an open or closed epoch lives in it. */
        SLAB(true),
        /** In a stripe's magazine, with its memory. */
        MAGAZINE(true),
        /** In a stripe's magazine, in a run without memory. */
        MAGAZINE_RUN(true),
        /** In its class's pool, with its memory. */
        POOL(true),
        /** In its class's pool, in a run without memory. */
        POOL_RUN(false);

        private final boolean granted;

        Found(boolean granted) {
            this.granted = granted;
        }
    }

    private final SlabArena arena;
    private final @Nullable Found[][] found;
    private long granted;

    /** Nothing noted but what lies in the arena's own pools. */
    public FrameCensus(SlabArena arena) {
        this.arena = arena;
        this.found = new @Nullable Found[arena.geometry().classes()][];
        for (int sizeClass = 0; sizeClass < found.length; sizeClass++) {
            found[sizeClass] = new @Nullable Found[arena.framesEverUsed(sizeClass)];
        }
        arena.countPooled(this);
    }

    /** Notes a frame. */
    public void found(int frame, Found where) {
        int sizeClass = arena.classOf(frame);
        int index = sizeClass < found.length ? frame - arena.firstFrame(sizeClass) : -1;
        if (index < 0 || index >= found[sizeClass].length) {
            throw Invariant.broken("frame %d was found in %s and was never handed out".formatted(frame, where));
        }
        if (found[sizeClass][index] != null) {
            throw Invariant.broken(
                    "frame %d was found twice: in %s and in %s".formatted(frame, found[sizeClass][index], where));
        }
        found[sizeClass][index] = where;
        granted += where.granted ? 1 : 0;
    }

    /** Notes adjacent frames. */
    public void foundRun(int first, int count, Found where) {
        for (int frame = first; frame < first + count; frame++) {
            found(frame, where);
        }
    }

    /** Where the frame was found; null if it was not. */
    public @Nullable Found foundIn(int frame) {
        int sizeClass = arena.classOf(frame);
        return found[sizeClass][frame - arena.firstFrame(sizeClass)];
    }

    /** Checks that no frame is missing and that as many are granted as were found to be in use. */
    public void checkComplete() {
        for (int sizeClass = 0; sizeClass < found.length; sizeClass++) {
            for (int index = 0; index < found[sizeClass].length; index++) {
                if (found[sizeClass][index] == null) {
                    throw Invariant.broken("frame %d of class %d is nowhere: in no slab, magazine, pool or run"
                            .formatted(arena.firstFrame(sizeClass) + index, sizeClass));
                }
            }
        }
        Invariant.equal(arena.grantedBytes() >>> arena.geometry().slabShift(), granted, "the number of frames granted");
    }
}
