package io.znsslab.tier.recovery;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The slabs of which something has changed since the log last said how they are: a bit an id. Any thread marks, one sweeps.
 *
 * <p>Who marks does so after the change, and the sweeper looks at the slab after it took the bit: so a change is seen by this sweep or by the next.
 */
final class DirtySlabs {
    private static final int CHUNK_SHIFT = 16;
    private static final int WORDS_OF_A_CHUNK = (1 << CHUNK_SHIFT) / Long.SIZE;
    private static final int MOST_IDS_SHIFT = 30;
    private static final int CHUNKS = 1 << (MOST_IDS_SHIFT - CHUNK_SHIFT);

    private final AtomicReferenceArray<AtomicLongArray> chunks = new AtomicReferenceArray<>(CHUNKS);
    private final AtomicIntegerArray dirtyChunks = new AtomicIntegerArray(CHUNKS);
    private volatile boolean any;

    /** Notes that something has changed. */
    void mark(long id) {
        int index = (int) (id >>> CHUNK_SHIFT);
        AtomicLongArray chunk = chunks.get(index);
        if (chunk == null) {
            chunks.compareAndSet(index, null, new AtomicLongArray(WORDS_OF_A_CHUNK));
            chunk = chunks.get(index);
        }
        int word = (int) (id >>> 6) & (WORDS_OF_A_CHUNK - 1);
        long bit = 1L << id;
        if ((chunk.get(word) & bit) == 0) {
            chunk.getAndAccumulate(word, bit, (seen, mark) -> seen | mark);
        }
        // After the bit; the sweeper takes them the other way round.
        if (dirtyChunks.get(index) == 0) {
            dirtyChunks.set(index, 1);
        }
        if (!any) {
            any = true;
        }
    }

    /** Takes all marks. Returns the ids, ascending; an empty array when there are none. */
    SlabIds sweep() {
        SlabIds ids = new SlabIds();
        if (!any) {
            return ids;
        }
        any = false;
        for (int index = 0; index < CHUNKS; index++) {
            if (dirtyChunks.get(index) != 0) {
                dirtyChunks.set(index, 0);
                sweep(index, ids);
            }
        }
        return ids;
    }

    private void sweep(int index, SlabIds into) {
        AtomicLongArray chunk = chunks.get(index);
        for (int word = 0; word < WORDS_OF_A_CHUNK; word++) {
            long bits = chunk.get(word) == 0 ? 0 : chunk.getAndSet(word, 0);
            for (; bits != 0; bits &= bits - 1) {
                into.add(((long) index << CHUNK_SHIFT) + ((long) word << 6) + Long.numberOfTrailingZeros(bits));
            }
        }
    }
}
