package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;

/** Objects of one size in slots of 128 bytes, which these measurements know the geometry of. */
final class ObjectSize {
    /** What a slot of 128 bytes has room for. */
    static final int PAYLOAD_BYTES = 120;

    /** Slots of 128 bytes in a slab of 4096, its header of 64 taken off. */
    static final int OBJECTS_PER_SLAB = 31;

    private ObjectSize() {}

    /** The fewest slabs that hold so many objects. */
    static long idealSlabs(long objects) {
        return (objects + OBJECTS_PER_SLAB - 1) / OBJECTS_PER_SLAB;
    }

    /** Allocates or throws. */
    static long allocate(SlabAllocator allocator, long epoch) {
        long handle = allocator.allocate(PAYLOAD_BYTES, epoch);
        if (!Handle.isHandle(handle)) {
            throw new IllegalStateException("epoch %d: answer 0x%x instead of a handle".formatted(epoch, handle));
        }
        return handle;
    }

    /** Frees or throws. */
    static void free(SlabAllocator allocator, long handle) {
        if (!allocator.free(handle)) {
            throw new IllegalStateException("0x%x was live and its free reports stale".formatted(handle));
        }
    }
}
