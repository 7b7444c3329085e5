package io.znsslab.tier.recovery;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The slabs of which something has changed since the log last said how they are, one bit for each id. Any thread may
 * mark a slab; one thread sweeps.
 *
 * <p>A mark that there is no memory for is not refused, for the change that it records has happened: in its stead this
 * class remembers that a mark was lost.
 *
 * <p>A thread marks a slab after the change, and the sweeper looks at the slab after it took the bit: so this sweep or
 * the next one sees the change.
 */
final class DirtySlabs {
    private static final int CHUNK_SHIFT = 16;
    private static final int WORDS_OF_A_CHUNK = (1 << CHUNK_SHIFT) / Long.SIZE;
    private static final int MOST_IDS_SHIFT = 30;
    private static final int CHUNKS = 1 << (MOST_IDS_SHIFT - CHUNK_SHIFT);

    private final AtomicReferenceArray<AtomicLongArray> chunks = new AtomicReferenceArray<>(CHUNKS);
    private final AtomicIntegerArray dirtyChunks = new AtomicIntegerArray(CHUNKS);
    private volatile boolean any;
    private volatile boolean lost;

    /** Notes that something has changed. */
    void mark(long id) {
        int index = (int) (id >>> CHUNK_SHIFT);
        AtomicLongArray chunk = chunkOf(index);
        if (chunk == null) {
            return;
        }
        int word = (int) (id >>> 6) & (WORDS_OF_A_CHUNK - 1);
        long bit = 1L << id;
        if ((chunk.get(word) & bit) == 0) {
            chunk.getAndAccumulate(word, bit, (seen, mark) -> seen | mark);
        }
        // This is set after the bit; the sweeper takes the two the other way round.
        if (dirtyChunks.get(index) == 0) {
            dirtyChunks.set(index, 1);
        }
        if (!any) {
            any = true;
        }
    }

    /** The chunk of that index; null if there is none and no memory for one: then a mark is lost. */
    private AtomicLongArray chunkOf(int index) {
        AtomicLongArray chunk = chunks.get(index);
        if (chunk == null) {
            try {
                chunks.compareAndSet(index, null, new AtomicLongArray(WORDS_OF_A_CHUNK));
                chunk = chunks.get(index);
            } catch (OutOfMemoryError e) {
                lost = true;
            }
        }
        return chunk;
    }

    /** Whether a mark was lost since the last call, so that all slabs have to be looked at. */
    boolean takeLost() {
        boolean wasLost = lost;
        if (wasLost) {
            lost = false;
        }
        return wasLost;
    }

    /**
     * Takes all marks and adds their ids, ascending. Where that fails, the ids whose marks were taken are in the list.
     */
    void sweep(SlabIds into) {
        if (!any) {
            return;
        }
        any = false;
        boolean whole = false;
        try {
            for (int index = 0; index < CHUNKS; index++) {
                if (dirtyChunks.get(index) != 0) {
                    sweep(index, into);
                }
            }
            whole = true;
        } finally {
            if (!whole) {
                any = true;
            }
        }
    }

    private void sweep(int index, SlabIds into) {
        AtomicLongArray chunk = chunks.get(index);
        boolean whole = false;
        dirtyChunks.set(index, 0);
        try {
            for (int word = 0; word < WORDS_OF_A_CHUNK; word++) {
                if (chunk.get(word) != 0) {
                    // Room is made before the marks are taken: from there on nothing can go wrong.
                    into.makeRoom(Long.SIZE);
                    long bits = chunk.getAndSet(word, 0);
                    for (; bits != 0; bits &= bits - 1) {
                        into.add(((long) index << CHUNK_SHIFT) + ((long) word << 6) + Long.numberOfTrailingZeros(bits));
                    }
                }
            }
            whole = true;
        } finally {
            if (!whole) {
                dirtyChunks.set(index, 1);
            }
        }
    }

    /** Marks the slabs again whose marks a sweep has taken. */
    void putBack(SlabIds swept) {
        for (int i = 0; i < swept.size(); i++) {
            mark(swept.get(i));
        }
    }
}
