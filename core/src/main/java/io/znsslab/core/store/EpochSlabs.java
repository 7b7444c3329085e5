package io.znsslab.core.store;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The slabs of an epoch in either tier, listed at a moment: each slab that has a live object then and later is on the
 * list. A slab keeps its id and class as long as it lives, so the list's order does too.
 *
 * <pre>
 *   key, ascending:  | 0 | class 6 | slab id 30 | slot 9 |      the slot is 0 here; a place within the slab has another
 * </pre>
 *
 * <p>Other threads go on. An epoch that is open when the list is begun may be closed, and its slabs may leave DRAM
 * before they are looked at: then it is listed again, as a closed one. An id may get another slab, of the same epoch or
 * not, before it is used: the user checks that.
 */
public final class EpochSlabs {
    private static final int SLOT_BITS = 9;
    private static final int CLASS_SHIFT = SLOT_BITS + 30;
    private static final long ID_MASK = (1L << 30) - 1;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    private final SlabStore store;
    private long[] keys = new long[16];
    private int count;

    private EpochSlabs(SlabStore store) {
        this.store = store;
    }

    /** The keys of the epoch's slabs, ascending; none of an epoch that has drained. */
    public static long[] of(SlabStore store, long epoch) {
        while (true) {
            EpochSlabs found = new EpochSlabs(store);
            ClosedEpoch closed = store.closedEpochs.get(epoch);
            if (closed == null) {
                found.listOpen(epoch);
                closed = store.closedEpochs.get(epoch);
                if (closed == null) {
                    // Open still; or closed and drained, or discarded: then nothing lives on.
                    return found.sorted();
                }
                found = new EpochSlabs(store);
            }
            if (found.listClosed(closed)) {
                return found.sorted();
            }
        }
    }

    /** The numbers of the epochs that have slabs in DRAM now; also of one that a place is parked for. */
    public static Set<Long> epochsInDram(SlabStore store) {
        Set<Long> epochs = new HashSet<>();
        for (int sizeClass = 0; sizeClass < store.geometry.classes(); sizeClass++) {
            int first = store.arena.firstFrame(sizeClass);
            for (int frame = first; frame < first + store.arena.framesEverUsed(sizeClass); frame++) {
                if (store.table.lopSlabId(frame) != Registry.NO_ID
                        && FrameTable.state(store.table.lvState(frame)) != FrameTable.FREE) {
                    epochs.add(store.table.lopEpoch(frame));
                }
            }
        }
        return epochs;
    }

    /** The slab id in a key. */
    public static long slabId(long key) {
        return key >>> SLOT_BITS & ID_MASK;
    }

    /** The size class in a key. */
    public static int sizeClass(long key) {
        return (int) (key >>> CLASS_SHIFT);
    }

    /** The slot in a key. */
    public static int slot(long key) {
        return (int) key & SLOT_MASK;
    }

    /** The key of the slab itself. */
    public static long slabOf(long key) {
        return key & ~(long) SLOT_MASK;
    }

    private void listOpen(long epoch) {
        for (int sizeClass = 0; sizeClass < store.geometry.classes(); sizeClass++) {
            int first = store.arena.firstFrame(sizeClass);
            for (int frame = first; frame < first + store.arena.framesEverUsed(sizeClass); frame++) {
                long id = store.table.lopSlabId(frame);
                if (id != Registry.NO_ID
                        && store.table.lopEpoch(frame) == epoch
                        && FrameTable.state(store.table.lvState(frame)) != FrameTable.FREE) {
                    add(sizeClass, id);
                }
            }
        }
    }

    /** False if the closing was taken back, for want of memory, and the epoch is to be looked for anew. */
    private boolean listClosed(ClosedEpoch closed) {
        // The closing holds it until the list of ids is complete.
        for (int tries = 0; !closed.isComplete() && closed.isHeld(); tries++) {
            store.readers.checkOpen();
            Backoff.pause(tries);
        }
        if (!closed.isComplete() && closed.slabs() == 0) {
            return false;
        }
        for (int index = 0; index < closed.slabsAtClose(); index++) {
            long id = closed.slabId(index);
            long word = store.registry.laWord(id);
            if (Registry.state(word) != Registry.UNUSED) {
                add(Registry.sizeClass(word), id);
            }
        }
        return true;
    }

    private void add(int sizeClass, long id) {
        if (count == keys.length) {
            keys = Arrays.copyOf(keys, 2 * count);
        }
        keys[count++] = (long) sizeClass << CLASS_SHIFT | id << SLOT_BITS;
    }

    /** In order, and each once: an id may have gone from one frame to another while frames were looked at. */
    private long[] sorted() {
        Arrays.sort(keys, 0, count);
        int kept = 0;
        for (int index = 0; index < count; index++) {
            if (kept == 0 || keys[index] != keys[kept - 1]) {
                keys[kept++] = keys[index];
            }
        }
        return Arrays.copyOf(keys, kept);
    }
}
