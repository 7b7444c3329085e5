package io.znsslab.core.walk;

import java.lang.foreign.MemorySegment;

/** Looks at the objects of an {@link EpochWalk}, one after the other. */
@FunctionalInterface
public interface ObjectVisitor {
    /**
     * Looks at an object. The bytes stay what they are until this returns, also if another thread frees the object,
     * discards, demotes or promotes its epoch, or closes the allocator meanwhile. May take its time, since nothing
     * waits for it, and may call every method of the allocator but those that close it; not the walk itself.
     *
     * @param handle the object's handle
     * @param payload its payload, as long as {@link io.znsslab.core.SlabAllocator#sizeOf} says; can't be used after
     *     this returns; read-only if the object is cold
     */
    void object(long handle, MemorySegment payload);
}
