package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import org.jspecify.annotations.Nullable;

/**
 * Hands out frames and takes them back: from and to the stripe's magazine first, then the arena's pools, then the
 * operating system.
 *
 * <p>Methods that take a stripe are for its holder. No section may find a frame any more that is given back here.
 */
public final class FrameRecycler {
    /** Frames of a run that a stripe takes at most: adjacent ones, so that they go back in few calls. */
    private static final int RUN_FRAMES = 32;

    private final SlabArena arena;
    private final FrameTable table;
    private final SlabTransitions transitions;
    private final GracePeriod grace;
    private final boolean keepHot;
    private final int runFrames;

    /**
     * A recycler of that arena's frames.
     *
     * @param keepHot whether frames keep their memory when their slabs end
     * @param stripes number of stripes whose magazines share the limit
     */
    public FrameRecycler(
            SlabArena arena, SlabTransitions transitions, GracePeriod grace, boolean keepHot, int stripes) {
        this.arena = arena;
        this.grace = grace;
        this.table = transitions.table();
        this.transitions = transitions;
        this.keepHot = keepHot;
        long share = (arena.limitBytes() >>> arena.geometry().slabShift())
                / (4L * stripes * arena.geometry().classes());
        this.runFrames = Math.clamp(share, 1, RUN_FRAMES);
    }

    /** A frame of the class, or none when the limit is reached. */
    public int takeFrame(Stripe stripe, int sizeClass) {
        Magazine magazine = stripe.frames[sizeClass];
        int frame = takeKept(magazine, sizeClass);
        if (frame != NO_FRAME) {
            return frame;
        }
        if (takeRun(magazine, sizeClass)) {
            return magazine.popRun();
        }
        // At the limit, what is in this stripe's magazines and in the pools goes back first. A reclaim, outside of this
        // section, finds what other stripes have.
        giveBackMagazines(stripe);
        arena.giveBackPooled();
        return takeRun(magazine, sizeClass) ? magazine.popRun() : NO_FRAME;
    }

    private int takeKept(Magazine magazine, int sizeClass) {
        int frame = magazine.popHot();
        // The pools have hot frames also where memory could not be given back.
        if (frame == NO_FRAME && arena.hasHot(sizeClass)) {
            magazine.setHotCount(arena.takeHot(sizeClass, magazine.hot(), (magazine.hot().length + 1) / 2));
            frame = magazine.popHot();
        }
        return frame == NO_FRAME ? magazine.popRun() : frame;
    }

    private boolean takeRun(Magazine magazine, int sizeClass) {
        long run = arena.takeRun(sizeClass, runFrames);
        if (run < 0) {
            return false;
        }
        magazine.setRun(SlabArena.firstOf(run), SlabArena.countOf(run));
        return true;
    }

    /** Keeps a frame that was taken and not used. */
    public void keepUnused(Stripe stripe, int sizeClass, int frame) {
        if (!stripe.frames[sizeClass].pushHot(frame)) {
            arena.giveBack(new int[] {frame}, 1);
        }
    }

    /** Ends a slab that is empty and has issued its last generation: its id is used up, its frame serves on. */
    void retireExhausted(Stripe stripe, int frame, boolean packed) {
        transitions.giveUpId(frame, table.lopSlabId(frame), HandleLayout.MAX_GENERATION);
        if (packed) {
            grace.awaitReaders();
        }
        keepOrGiveBack(stripe, frame);
    }

    /** Gives up the ids that stayed with the frames in the pools; returns how many there were. */
    int giveUpPooledIds() {
        int[] count = {0};
        arena.forEachPooled(frame -> {
            if (table.lopSlabId(frame) != Registry.NO_ID) {
                giveUpKeptId(frame);
                count[0]++;
            }
        });
        return count[0];
    }

    /** Gives up the id of a slab that could not be opened in the frame, and keeps the frame. */
    void keepUnopened(Stripe stripe, int sizeClass, int frame, long id, int lastGeneration) {
        transitions.giveUpId(frame, id, lastGeneration);
        keepUnused(stripe, sizeClass, frame);
    }

    /** Gives up the id that stayed with a frame, so that another slab can have it. By the holder of the frame. */
    public void giveUpKeptId(int frame) {
        long id = table.lopSlabId(frame);
        if (id != Registry.NO_ID) {
            transitions.giveUpId(frame, id, table.lopLastGeneration(frame));
        }
    }

    /**
     * Refuses the handles of an empty slab whose id stays with the frame: of one that was refused before, once more; of
     * one in which all was free, no handle is live.
     */
    void refuseHandlesOfEmpty(int frame) {
        if (table.lopSlabId(frame) != Registry.NO_ID) {
            refuseHandles(frame);
        }
    }

    /** Waits for the readers that may have found a slab before its handles were refused. Not within their sections. */
    void awaitReaders() {
        grace.awaitReaders();
    }

    /**
     * Takes the frame of a slab whose handles are refused and that no reader can find any more. Within a section of the
     * stripe.
     */
    void keepOrGiveBack(Stripe stripe, int frame) {
        transitions.endUse(frame);
        int sizeClass = arena.classOf(frame);
        SlabCounters counts = stripe.counts[sizeClass];
        if (table.leaveToLooks(frame)) {
            counts.emptiesOverflowed++;
        } else if (keepHot && !stripe.lvIsVisited() && stripe.frames[sizeClass].pushHot(frame)) {
            counts.emptiesRecycled++;
        } else {
            counts.emptiesOverflowed++;
            putInPool(frame);
        }
    }

    /**
     * Makes every handle to the slab in the frame stale: one store, whatever it holds. The frame must not be reused
     * before a grace period for readers.
     */
    public void refuseHandles(int frame) {
        transitions.refuseHandles(frame, arena.classOf(frame));
    }

    /**
     * Takes frames whose slabs have ended, save pinned ones: the last look takes those.
     *
     * @param stripe the caller's own, not within a section of it, or null
     * @param frames reordered here
     * @return bytes given back to the operating system by now
     */
    public long release(@Nullable Stripe stripe, int[] frames, int count) {
        int unpinned = leaveToLooks(stripe, frames, count);
        if (!keepHot) {
            arena.giveBack(frames, unpinned);
            return (long) unpinned << arena.geometry().slabShift();
        }
        if (stripe != null) {
            // In a section, since a visitor may take what is in the magazines.
            stripe.enter();
        }
        try {
            keep(stripe, frames, unpinned);
        } finally {
            if (stripe != null) {
                stripe.exit();
            }
        }
        return 0;
    }

    private void keep(@Nullable Stripe stripe, int[] frames, int count) {
        boolean visited = stripe != null && stripe.lvIsVisited();
        for (int i = 0; i < count; i++) {
            int frame = frames[i];
            int sizeClass = arena.classOf(frame);
            boolean stored = stripe != null && !visited && stripe.frames[sizeClass].pushHot(frame);
            if (stripe != null) {
                if (stored) {
                    stripe.counts[sizeClass].emptiesRecycled++;
                } else {
                    stripe.counts[sizeClass].emptiesOverflowed++;
                }
            }
            if (!stored) {
                arena.putHot(sizeClass, frames, i, i + 1);
            }
        }
    }

    /** Ends the frames' uses, and moves those that are not pinned to the front; returns how many these are. */
    private int leaveToLooks(@Nullable Stripe stripe, int[] frames, int count) {
        int unpinned = 0;
        for (int i = 0; i < count; i++) {
            int frame = frames[i];
            transitions.endUse(frame);
            if (!table.leaveToLooks(frame)) {
                frames[unpinned++] = frame;
            } else if (keepHot && stripe != null) {
                stripe.counts[arena.classOf(frame)].emptiesOverflowed++;
            }
        }
        return unpinned;
    }

    /**
     * Takes a look's pin back, and the frame with it if that was left to the looks. Not within a section.
     *
     * @param operations the allocator's: after its end the frame goes back with all the others
     */
    public void unpin(int frame, OperationGate operations) {
        if (table.unpin(frame)) {
            var _ = operations.tryRun(() -> putInPool(frame));
        }
    }

    private void putInPool(int frame) {
        int[] frames = {frame};
        if (keepHot) {
            arena.putHot(arena.classOf(frame), frames, 0, 1);
        } else {
            arena.giveBack(frames, 1);
        }
    }

    /**
     * Moves the frames in a stripe's magazines to the pools, from where a thread at the limit gives them back. By the
     * stripe's holder, or a visitor.
     *
     * @return whether there was anything
     */
    boolean emptyMagazines(Stripe stripe) {
        boolean any = false;
        for (int sizeClass = 0; sizeClass < stripe.frames.length; sizeClass++) {
            Magazine magazine = stripe.frames[sizeClass];
            any |= magazine.hotCount() > 0 || magazine.runCount() > 0;
            arena.putHot(sizeClass, magazine.hot(), 0, magazine.hotCount());
            magazine.setHotCount(0);
            putRun(sizeClass, magazine);
        }
        return any;
    }

    private void giveBackMagazines(Stripe stripe) {
        for (int sizeClass = 0; sizeClass < stripe.frames.length; sizeClass++) {
            Magazine magazine = stripe.frames[sizeClass];
            arena.giveBack(magazine.hot(), magazine.hotCount());
            magazine.setHotCount(0);
            putRun(sizeClass, magazine);
        }
    }

    private void putRun(int sizeClass, Magazine magazine) {
        if (magazine.runCount() > 0) {
            arena.putRun(sizeClass, magazine.runFirst(), magazine.runCount());
            magazine.setRun(0, 0);
        }
    }
}
