package io.znsslab.tier.recovery;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What recovery knows about the slab of each index, off the heap: a row of so many bytes, in chunks that are allocated
 * when one of their rows is first written. So a table grows without being copied, and takes only the memory for what is
 * in it.
 *
 * <pre>
 *  0          8 * words   +4      +8      +12
 * | live slots | location | facts | epoch |
 * </pre>
 *
 * <p>Slabs with more words of live slots than that, packed ones, have the others in chunks of their own: few rows each,
 * since packed slabs may be few among many, and none where there are none.
 *
 * <p>For one thread at a time. The table's memory is given back with all memory of the recovery.
 */
final class RecoveredSlabTable {
    /** Rows of a chunk: 1.3 MiB with one word of live slots. */
    private static final int CHUNK_SHIFT = 16;

    private static final int CHUNK_ROWS = 1 << CHUNK_SHIFT;
    private static final int INTS_OF_A_ROW = 3;
    /** The most words of live slots that a slab has. */
    static final int MOST_WORDS = 4;
    /** Rows of a chunk of further words: 24 KiB, with three words each. */
    private static final int FURTHER_SHIFT = 10;

    private static final int FURTHER_ROWS = 1 << FURTHER_SHIFT;

    private final RecoveryMemory memory;
    private final int words;
    private final int locationAt;
    private final int factsAt;
    private final int epochAt;
    private final long rowBytes;
    private MemorySegment[] chunks = new MemorySegment[1];
    private MemorySegment[] further = {};

    /** @param bitmapWords words of live slots in a row, 1 to 4 */
    RecoveredSlabTable(RecoveryMemory memory, int bitmapWords) {
        this.memory = memory;
        words = bitmapWords;
        locationAt = bitmapWords * Long.BYTES;
        factsAt = locationAt + Integer.BYTES;
        epochAt = factsAt + Integer.BYTES;
        rowBytes = locationAt + (long) INTS_OF_A_ROW * Integer.BYTES;
    }

    /** Notes what there is to know about the slab of an index, but for its live slots. */
    void put(int index, int location, int facts, int epoch) {
        MemorySegment chunk = chunkFor(index);
        long row = row(index);
        chunk.set(JAVA_INT_UNALIGNED, row + locationAt, location);
        chunk.set(JAVA_INT_UNALIGNED, row + factsAt, facts);
        chunk.set(JAVA_INT_UNALIGNED, row + epochAt, epoch);
    }

    /** Notes one word of the live slots of the slab of an index, 0 to 3. */
    void live(int index, int word, long bits) {
        if (word < words) {
            chunkFor(index).set(JAVA_LONG_UNALIGNED, row(index) + (long) word * Long.BYTES, bits);
        } else if (bits != 0 || hasFurther(index)) {
            furtherFor(index).set(JAVA_LONG_UNALIGNED, furtherRow(index, word), bits);
        }
    }

    /** Notes that the index has no slab any more. */
    void clearLocation(int index) {
        if (isWritten(index)) {
            chunkFor(index).set(JAVA_INT_UNALIGNED, row(index) + locationAt, 0);
        }
    }

    /** The location as it was put; 0 where none was put. */
    int location(int index) {
        return get(index, locationAt);
    }

    int facts(int index) {
        return get(index, factsAt);
    }

    int epoch(int index) {
        return get(index, epochAt);
    }

    /** No slab has live slots in words from this one on. */
    int words() {
        return further.length == 0 ? words : MOST_WORDS;
    }

    /** A word of the live slots of the slab of an index, 0 to 3; 0 where none was noted. */
    long live(int index, int word) {
        if (word >= words) {
            return hasFurther(index)
                    ? further[index >>> FURTHER_SHIFT].get(JAVA_LONG_UNALIGNED, furtherRow(index, word))
                    : 0;
        }
        return isWritten(index)
                ? chunks[index >>> CHUNK_SHIFT].get(JAVA_LONG_UNALIGNED, row(index) + (long) word * Long.BYTES)
                : 0;
    }

    private int get(int index, int at) {
        return isWritten(index) ? chunks[index >>> CHUNK_SHIFT].get(JAVA_INT_UNALIGNED, row(index) + at) : 0;
    }

    private boolean isWritten(int index) {
        int chunk = index >>> CHUNK_SHIFT;
        return chunk < chunks.length && chunks[chunk] != null;
    }

    private boolean hasFurther(int index) {
        int chunk = index >>> FURTHER_SHIFT;
        return chunk < further.length && further[chunk] != null;
    }

    private MemorySegment furtherFor(int index) {
        int chunk = index >>> FURTHER_SHIFT;
        if (chunk >= further.length) {
            further = Arrays.copyOf(further, Math.max(chunk + 1, 2 * further.length));
        }
        if (further[chunk] == null) {
            further[chunk] = memory.allocate((long) FURTHER_ROWS * (MOST_WORDS - words) * Long.BYTES);
        }
        return further[chunk];
    }

    private long furtherRow(int index, int word) {
        return ((long) (index & (FURTHER_ROWS - 1)) * (MOST_WORDS - words) + word - words) * Long.BYTES;
    }

    private MemorySegment chunkFor(int index) {
        int chunk = index >>> CHUNK_SHIFT;
        if (chunk >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(chunk + 1, 2 * chunks.length));
        }
        if (chunks[chunk] == null) {
            chunks[chunk] = memory.allocate(CHUNK_ROWS * rowBytes);
        }
        return chunks[chunk];
    }

    private long row(int index) {
        return (index & (CHUNK_ROWS - 1)) * rowBytes;
    }
}
