package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;

/** Objects of one size in slots of 128 bytes, the geometry that these measurements rely on. */
final class ObjectSize {
    /** Payload of a slot of 128 bytes. */
    static final int PAYLOAD_BYTES = 120;

    /** Slots of 128 bytes in a slab of 4096, less its header of 64. */
    static final int OBJECTS_PER_SLAB = 31;

    private ObjectSize() {}

    /** The smallest number of slabs that holds so many objects. */
    static long idealSlabs(long objects) {
        return (objects + OBJECTS_PER_SLAB - 1) / OBJECTS_PER_SLAB;
    }

    /** Allocates an object, or throws. */
    static long allocate(SlabAllocator allocator, long epoch) {
        long handle = allocator.allocate(PAYLOAD_BYTES, epoch);
        if (!Handle.isHandle(handle)) {
            throw new IllegalStateException("epoch %d: answer 0x%x instead of a handle".formatted(epoch, handle));
        }
        return handle;
    }

    /** Frees an object, or throws. */
    static void free(SlabAllocator allocator, long handle) {
        if (!allocator.free(handle)) {
            throw new IllegalStateException("0x%x was live and its free reports stale".formatted(handle));
        }
    }
}
