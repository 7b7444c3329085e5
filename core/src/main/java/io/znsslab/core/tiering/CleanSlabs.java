package io.znsslab.core.tiering;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.SlabTransitions;
import io.znsslab.core.store.SlabStore;

/**
 * Turns slabs cold at the location of their image, without writing them: those of a demotion's slabs that were promoted
 * and not changed since. Used once, by one thread.
 *
 * <p>The check is made while the slab's word is "moving", after the reads and frees that began before: the contents
 * must still have the sum that they had when they were read. Objects freed since are no change, since their slots'
 * bytes are left alone.
 */
final class CleanSlabs {
    /** Slabs that are "moving" at a time: about a microsecond each, for which threads that want one of them wait. */
    private static final int AT_A_TIME = 64;

    private final SlabStore store;
    private final Registry registry;
    private final FrameTable table;
    private final SlabTransitions transitions;
    private final GuardedTier tier;
    private final ClosedEpoch epoch;
    private final UnneededImages unneeded = new UnneededImages(AT_A_TIME);
    private final long[] live = new long[4];
    private final int[] waiting = new int[AT_A_TIME];
    private final int[] emptied = new int[AT_A_TIME];
    private int waitingCount;
    private int dropped;
    private long bytesReturned;

    CleanSlabs(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        this.store = store;
        this.registry = store.registry;
        this.table = store.table;
        this.transitions = store.transitions;
        this.tier = tier;
        this.epoch = epoch;
    }

    /**
     * Drops what it can of {@code count} claimed slabs: the frames of those that are dropped turn to
     * {@link SlabArena#NO_FRAME}.
     */
    void drop(long[] ids, int[] frames, int count) {
        for (int index = 0; index < count; index++) {
            // fails if the epoch is being discarded; then the demotion finds it dead
            if (FrameTable.isPromoted(table.lopState(frames[index])) && beginMove(ids[index], frames[index])) {
                waiting[waitingCount++] = index;
                if (waitingCount == AT_A_TIME) {
                    settleWaiting(ids, frames);
                }
            }
        }
        settleWaiting(ids, frames);
    }

    /** Slabs that left DRAM. */
    int dropped() {
        return dropped;
    }

    long bytesReturned() {
        return bytesReturned;
    }

    private boolean beginMove(long id, int frame) {
        long word = registry.laWord(id);
        return Registry.isResidentIn(word, frame) && transitions.beginMove(id, word);
    }

    private void settleWaiting(long[] ids, int[] frames) {
        if (waitingCount == 0) {
            return;
        }
        int emptiedCount = 0;
        try {
            store.grace.awaitReaders();
            for (int i = 0; i < waitingCount; i++) {
                int index = waiting[i];
                int frame = frames[index];
                if (leavesFrame(ids[index], frame)) {
                    emptied[emptiedCount++] = frame;
                    frames[index] = NO_FRAME;
                }
            }
        } finally {
            leaveTheRest(ids, frames);
        }
        dropped += emptiedCount;
        bytesReturned += store.recycler.release(null, emptied, emptiedCount);
        unneeded.release(tier);
    }

    /** Leaves no slab "moving", also where an error ended the loop. */
    private void leaveTheRest(long[] ids, int[] frames) {
        for (int i = 0; i < waitingCount; i++) {
            int index = waiting[i];
            if (frames[index] != NO_FRAME) {
                var _ = transitions.stay(ids[index], frames[index]);
            }
        }
        waitingCount = 0;
    }

    /** Settles the slab one way or the other: cold, ended, or in its frame as before. */
    private boolean leavesFrame(long id, int frame) {
        if (store.sealed.liveSlotsOfSealed(frame, live) != 0
                && store.contents.sum(frame, id) != table.lpContents(frame)) {
            return false; // left where it is with the rest
        }
        long image = store.images.take(id);
        if (store.sealed.leaveFrame(id, frame, epoch, image, live)) {
            store.coldCounters.slabsDroppedUnchanged.increment();
        } else {
            unneeded.add(id, image);
        }
        return true;
    }
}
