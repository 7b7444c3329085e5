package io.znsslab.netty;

import io.netty.buffer.ByteBufAllocatorMetric;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.ArenaUsage;

/**
 * What buffers of a {@link SlabByteBufAllocator} use, in bytes. Thread-safe; sums made while other threads allocate and
 * release are of no single moment. Not for hot paths: the figures of slabs look at each slab that is in use.
 */
public final class SlabByteBufAllocatorMetric implements ByteBufAllocatorMetric {
    private final SlabByteBufAllocator allocator;
    private final SlabAllocator slabs;

    SlabByteBufAllocatorMetric(SlabByteBufAllocator allocator, SlabAllocator slabs) {
        this.allocator = allocator;
        this.slabs = slabs;
    }

    /** Bytes of the arrays of heap buffers that are not released. */
    @Override
    public long usedHeapMemory() {
        return allocator.heapBytes().sum();
    }

    /**
     * Bytes that direct buffers take which are not released: {@link #usedSlabMemory()} and {@link #usedLargeMemory()}.
     *
     * @throws IllegalStateException once the allocator is closed
     */
    @Override
    public long usedDirectMemory() {
        return usedSlabMemory() + usedLargeMemory();
    }

    /**
     * Bytes of the slots of direct buffers in slabs.
     *
     * @throws IllegalStateException once the allocator is closed
     */
    public long usedSlabMemory() {
        return slabs.epochs().stream().mapToLong(EpochInfo::liveBytes).sum();
    }

    /** Bytes of direct buffers that are too large for a slab and lie in the C heap. */
    public long usedLargeMemory() {
        return allocator.largeBytes();
    }

    /**
     * Memory of the slabs: the limit, what is in use, and what of it is resident.
     *
     * @throws IllegalStateException once the allocator is closed
     */
    public ArenaUsage slabs() {
        return slabs.arenaUsage();
    }

    @Override
    public String toString() {
        return "SlabByteBufAllocatorMetric(usedHeapMemory: %d; usedLargeMemory: %d)"
                .formatted(usedHeapMemory(), usedLargeMemory());
    }
}
