package io.znsslab.core;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * The memory of one epoch, for code that works with a {@link SegmentAllocator}; see
 * {@link SlabAllocator#segmentAllocator}. Thread-safe.
 */
final class EpochSegments implements SegmentAllocator {
    /** The alignment of every payload in the slab of a size class, in bytes. */
    private static final int SLOT_ALIGNMENT = 8;

    private final SlabAllocator allocator;
    private final Epochs epochs;
    private final long epoch;

    EpochSegments(SlabAllocator allocator, Epochs epochs, long epoch) {
        this.allocator = allocator;
        this.epochs = epochs;
        this.epoch = epoch;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        Arguments.requireAllocatable(byteSize, byteAlignment);
        boolean needsPackedSlab = byteSize > allocator.largestClassedPayloadBytes() || byteAlignment > SLOT_ALIGNMENT;
        if (needsPackedSlab && !allocator.fitsPacked(byteSize, byteAlignment)) {
            throw new IllegalArgumentException(
                    ("a segment of %d bytes, aligned to %d: no slab holds that, the largest payload has %d bytes;"
                                    + " a domain takes larger ones from the C heap")
                            .formatted(byteSize, byteAlignment, allocator.largestPayloadBytes()));
        }
        // inside, so that the slab stays the epoch's until the segment is zeroed
        if (!epochs.enter(epoch)) {
            epochs.requireOpenedOnce(epoch);
            throw allocator.noObject(epoch, Handle.EPOCH_CLOSED);
        }
        try {
            long handle = needsPackedSlab
                    ? allocator.allocatePacked(
                            byteSize, Math.max(SlabAllocator.PACKED_ALIGNMENT, (int) byteAlignment), epoch)
                    : allocator.allocate(byteSize, epoch);
            if (!Handle.isHandle(handle)) {
                throw allocator.noObject(epoch, handle);
            }
            return allocator.payloadOfNew(handle, byteSize).fill((byte) 0);
        } finally {
            epochs.exit(epoch);
        }
    }

    @Override
    public String toString() {
        return "segments of epoch " + epoch;
    }
}
