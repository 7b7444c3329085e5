package io.znsslab.cli.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of {@code long} that only grows: 8 bytes an entry and no copying, since 20 million handles are a usual number
 * here. Used by one thread.
 */
final class LongLog {
    private static final int CHUNK_SHIFT = 16;
    private static final int CHUNK = 1 << CHUNK_SHIFT;

    private final List<long[]> chunks = new ArrayList<>();
    private long size;

    void add(long value) {
        int offset = (int) (size & (CHUNK - 1));
        if (offset == 0) {
            chunks.add(new long[CHUNK]);
        }
        chunks.getLast()[offset] = value;
        size++;
    }

    /** The entry at {@code index}, 0..size()-1. */
    long get(long index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("entry " + index + " of " + size);
        }
        return chunks.get((int) (index >>> CHUNK_SHIFT))[(int) (index & (CHUNK - 1))];
    }

    long size() {
        return size;
    }
}
