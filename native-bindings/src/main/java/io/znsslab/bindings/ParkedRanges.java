package io.znsslab.bindings;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/** Ranges whose users are gone, emptied and kept mapped for the next one of the same size. Thread-safe. */
final class ParkedRanges {
    private final Map<Long, ArrayDeque<MemorySegment>> bySize = new HashMap<>();

    /** A parked range of exactly that size, or null. */
    synchronized MemorySegment take(long bytes) {
        ArrayDeque<MemorySegment> ranges = bySize.get(bytes);
        return ranges == null ? null : ranges.pollLast();
    }

    /** Parks a range that reads as zeroes. */
    synchronized void put(MemorySegment range) {
        bySize.computeIfAbsent(range.byteSize(), _ -> new ArrayDeque<>()).addLast(range);
    }
}
