package io.znsslab.core.tiering;

import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.SlabTransitions;
import io.znsslab.core.store.SlabStore;
import java.util.Objects;

/**
 * What a batch of slabs that are on their way to the tier does with each of them: they are claimed in their frames, so
 * that a last free, a discard or another batch leaves the frames alone. Thread-safe.
 */
final class Claims {
    private final SlabStore store;
    private final Registry registry;
    private final SlabTransitions transitions;

    Claims(SlabStore store) {
        this.store = store;
        this.registry = store.registry;
        this.transitions = store.transitions;
    }

    /** Turns the word to "moving"; false if the slab was discarded on the way: no word leads to its frame any more. */
    boolean beginMove(long id, int frame) {
        while (true) {
            long seen = registry.laWord(id);
            if (Registry.isResidentIn(seen, frame)) {
                if (transitions.beginMove(id, seen)) {
                    return true;
                }
            } else if (Registry.state(seen) == Registry.MOVING) {
                // A discard looks whether the slab is still this batch's.
                registry.awaitSettled(id);
            } else {
                return false;
            }
        }
    }

    /**
     * Leaves the slab sealed in its frame; false if it was discarded on the way. The word is "moving" meanwhile, so
     * that a discard comes before or after.
     */
    boolean keep(long id, int frame) {
        if (!beginMove(id, frame)) {
            return false;
        }
        transitions.keep(id, frame);
        endIfEmpty(frame);
        return true;
    }

    /** A last free that saw "demoting" left the slab, which is sealed again, to this thread. */
    void endIfEmpty(int frame) {
        store.sealed.releaseAfterReaders(store.sealed.noteFree(frame));
    }

    /** Returns frames of slabs that were discarded on the way. */
    void giveBack(int[] frames, int count) {
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                transitions.vacate(frames[i]);
            }
            store.grace.awaitReaders();
            store.recycler.release(null, frames, count);
        }
    }

    /** Checks what a tier hands over, slabs of these ids; returns how many. */
    static int checkedCount(int from, int to, long[] locations, long[] ids) {
        Objects.checkFromToIndex(from, to, ids.length);
        if (locations == null || locations.length < to - from) {
            throw new IllegalArgumentException("%d locations: %d slabs were handed over, from %d to %d"
                    .formatted(locations == null ? 0 : locations.length, to - from, from, to - 1));
        }
        for (int i = 0; i < to - from; i++) {
            if (locations[i] < 1 || locations[i] >= 1L << Integer.SIZE) {
                throw new IllegalArgumentException(
                        "location %d of slab %d: must be 1 to 2^32 - 1".formatted(locations[i], ids[from + i]));
            }
        }
        return to - from;
    }
}
