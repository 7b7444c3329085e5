package io.znsslab.core.model;

import io.znsslab.bindings.AddressSpace;
import io.znsslab.core.arena.ResidentMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The cost of a resolve that follows a handle into a frame whose memory goes back at that very moment. Most kernels map
 * the shared page of zeroes, which is not counted; some, in virtual machines, have none and make a page resident until
 * the frame is used again.
 */
final class LateReads {
    private LateReads() {}

    /** Bytes that may be resident after all slabs have gone back, if so many resolves came late. */
    static long residentBytesAtMost(long lateResolves) {
        return lateResolves * bytesOfAReadPage();
    }

    private static long bytesOfAReadPage() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment page = AddressSpace.reserve(AddressSpace.pageBytes(), arena);
            long read = page.get(ValueLayout.JAVA_LONG, 0);
            return read + ResidentMemory.rangeBytes(page);
        }
    }
}
