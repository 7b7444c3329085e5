package io.znsslab.tier.recovery;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What recovery knows about the slab at each place, off the heap: a row of so many bytes, in chunks that are allocated
 * when one of their places is first written. So a table grows without being copied, and takes only the memory for what
 * is in it.
 *
 * <pre>
 *  0          8 * words   +4      +8      +12
 * | live slots | location | facts | epoch |
 * </pre>
 *
 * <p>For one thread at a time. The table's memory is given back with all memory of the recovery.
 */
final class RecoveredSlabTable {
    /** Places of a chunk: 1.3 MiB with one word of live slots. */
    private static final int CHUNK_SHIFT = 16;

    private static final int CHUNK_PLACES = 1 << CHUNK_SHIFT;
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

    /** Notes what there is to know about the slab at a place, but for its live slots. */
    void put(int place, int location, int facts, int epoch) {
        MemorySegment chunk = chunkFor(place);
        long row = row(place);
        chunk.set(JAVA_INT_UNALIGNED, row + locationAt, location);
        chunk.set(JAVA_INT_UNALIGNED, row + factsAt, facts);
        chunk.set(JAVA_INT_UNALIGNED, row + epochAt, epoch);
    }

    /** Notes one word of the live slots of the slab at a place. */
    void live(int place, int word, long bits) {
        chunkFor(place).set(JAVA_LONG_UNALIGNED, row(place) + (long) word * Long.BYTES, bits);
    }

    /** Notes that no slab is at the place any more. */
    void clearLocation(int place) {
        if (isWritten(place)) {
            chunkFor(place).set(JAVA_INT_UNALIGNED, row(place) + locationAt, 0);
        }
    }

    /** The location as it was put; 0 where none was put. */
    int location(int place) {
        return get(place, locationAt);
    }

    int facts(int place) {
        return get(place, factsAt);
    }

    int epoch(int place) {
        return get(place, epochAt);
    }

    long live(int place, int word) {
        return isWritten(place)
                ? chunks[place >>> CHUNK_SHIFT].get(JAVA_LONG_UNALIGNED, row(place) + (long) word * Long.BYTES)
                : 0;
    }

    private int get(int place, int at) {
        return isWritten(place) ? chunks[place >>> CHUNK_SHIFT].get(JAVA_INT_UNALIGNED, row(place) + at) : 0;
    }

    private boolean isWritten(int place) {
        int chunk = place >>> CHUNK_SHIFT;
        return chunk < chunks.length && chunks[chunk] != null;
    }

    private MemorySegment chunkFor(int place) {
        int chunk = place >>> CHUNK_SHIFT;
        if (chunk >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(chunk + 1, 2 * chunks.length));
        }
        if (chunks[chunk] == null) {
            chunks[chunk] = memory.allocate(CHUNK_PLACES * rowBytes);
        }
        return chunks[chunk];
    }

    private long row(int place) {
        return (place & (CHUNK_PLACES - 1)) * rowBytes;
    }
}
