package io.znsslab.core;

/**
 * No memory is left within the limit, or no slab id within the handle format. For calls whose return value can't say
 * so, as {@link EpochDomain#allocate}; {@link SlabAllocator#allocate} returns {@link Handle#ARENA_FULL} or
 * {@link Handle#IDS_EXHAUSTED} instead.
 */
public final class ArenaFullException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    ArenaFullException(SlabAllocator allocator, long answer) {
        super(
                answer == Handle.IDS_EXHAUSTED
                        ? "no slab id is left in the handle format; build the allocator with HandleFormat.WIDE"
                        : "live objects fill the memory limit of %d bytes; free some, close epochs or raise limitBytes"
                                .formatted(allocator.limitBytes()));
    }

    /** A domain wants so many bytes of the C heap, which the memory limit does not leave. */
    ArenaFullException(SlabAllocator allocator, long bytes, long epoch) {
        super(("no memory for a segment of %d bytes, which no slab holds, for the domain of epoch %d: the"
                        + " memory limit of %d bytes is reached; leave domains, free objects, close epochs or"
                        + " raise memoryLimit")
                .formatted(bytes, epoch, allocator.memoryLimitBytes()));
    }
}
