package io.znsslab.core.tiering;

import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.MemoryBesideSlabs.Use;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap room for the image of a slab, or for those of several ones in a row, which its arena frees.
 *
 * @param memory where it is counted
 * @param use as what
 */
record ScratchSlab(Arena arena, MemorySegment image, MemoryBesideSlabs memory, Use use) {
    /** Null if the memory limit leaves no room for so many bytes. */
    @SuppressWarnings("MustBeClosedChecker") // closed by free()
    static @Nullable ScratchSlab ofBytes(long bytes, MemoryBesideSlabs memory, Use use) {
        if (!memory.take(use, bytes)) {
            return null;
        }
        try {
            Arena arena = Arena.ofShared();
            return new ScratchSlab(arena, arena.allocate(bytes, Long.BYTES), memory, use);
        } catch (Throwable e) {
            memory.giveBack(use, bytes);
            throw e;
        }
    }

    void free() {
        long bytes = image.byteSize();
        arena.close();
        memory.giveBack(use, bytes);
    }
}
