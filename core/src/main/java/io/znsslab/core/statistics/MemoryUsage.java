package io.znsslab.core.statistics;

/**
 * Memory off the heap that an allocator and its cold tier take, in bytes, by what it is for. Each figure is what was
 * handed out for that, of which fewer pages may be resident; what the C library keeps of memory that was freed is in
 * none of them.
 *
 * @param limitBytes {@link io.znsslab.core.SlabAllocatorBuilder#memoryLimit memoryLimit}; 0 if there is none
 * @param slabBytes memory granted to slabs, and to caches of empty ones
 * @param tableBytes tables by which slabs are found, in either tier; they do not shrink
 * @param segmentBytes segments that domains took from the C heap, since no slab could hold them, and that have not
 *     ended
 * @param scratchBytes room for images of cold slabs that are being read, or shown by a walk; kept for the next reads
 * @param tierBufferBytes staging buffers and queues of the cold tier, which has all of them from the beginning
 * @param tierCacheBytes the cold tier's read cache, counted as if it were full
 */
public record MemoryUsage(
        long limitBytes,
        long slabBytes,
        long tableBytes,
        long segmentBytes,
        long scratchBytes,
        long tierBufferBytes,
        long tierCacheBytes) {
    /** All of them together; never more than the limit, where there is one. */
    public long usedBytes() {
        return slabBytes + tableBytes + segmentBytes + scratchBytes + tierBufferBytes + tierCacheBytes;
    }
}
