package io.znsslab.core.tiering;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Off-heap room for one slab's image, which its arena frees. */
record ScratchSlab(Arena arena, MemorySegment image) {
    @SuppressWarnings("MustBeClosedChecker") // closed by free()
    static ScratchSlab ofBytes(int slabBytes) {
        Arena arena = Arena.ofShared();
        return new ScratchSlab(arena, arena.allocate(slabBytes, Long.BYTES));
    }

    void free() {
        arena.close();
    }
}
