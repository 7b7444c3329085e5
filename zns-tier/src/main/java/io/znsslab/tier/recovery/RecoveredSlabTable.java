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
 * <p>For one thread at a time. The table's memory is given back with all memory of the recovery.
 */
final class RecoveredSlabTable {
    /** Rows of a chunk: 1.3 MiB with one word of live slots. */
    private static final int CHUNK_SHIFT = 16;

    private static final int CHUNK_ROWS = 1 << CHUNK_SHIFT;
    private static final int INTS_OF_A_ROW = 3;

    private final RecoveryMemory memory;
    private final int locationAt;
    private final int factsAt;
    private final int epochAt;
    private final long rowBytes;
    private MemorySegment[] chunks = new MemorySegment[1];

    RecoveredSlabTable(RecoveryMemory memory, int bitmapWords) {
        this.memory = memory;
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

    /** Notes one word of the live slots of the slab of an index. */
    void live(int index, int word, long bits) {
        chunkFor(index).set(JAVA_LONG_UNALIGNED, row(index) + (long) word * Long.BYTES, bits);
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

    long live(int index, int word) {
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
