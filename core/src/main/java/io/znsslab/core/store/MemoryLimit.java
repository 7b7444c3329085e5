package io.znsslab.core.store;

import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.MemoryBesideSlabs.Use;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.TierMemory;
import io.znsslab.core.statistics.MemoryUsage;

/**
 * The limit over all memory off the heap, divided:
 *
 * <pre>
 *   | what the tier takes | overdraft | slabs, and what is beside them: tables, segments, scratch |
 * </pre>
 *
 * The overdraft is what {@link MemoryBesideSlabs#takeAnyway} may exceed the last part by, for the moment: a stripe's
 * claim lines, and some slabs.
 *
 * @param bytes the limit; 0 for none
 * @param tier what the tier takes at most
 * @param stripeBytes the claim lines of a stripe
 */
public record MemoryLimit(long bytes, TierMemory tier, long stripeBytes) {
    /** No limit, and no tier. */
    public static final MemoryLimit NONE = new MemoryLimit(0, TierMemory.NONE, 0);

    private static final int OVERDRAFT_SLABS = 16;

    public MemoryLimit {
        if (bytes < 0) {
            throw new IllegalArgumentException("memory limit %d: must be 0, for none, or more".formatted(bytes));
        }
    }

    /**
     * Makes the arena.
     *
     * @param slabBytes what slabs may use at most
     */
    public SlabArena arena(SlabGeometry geometry, long slabBytes) {
        if (bytes == 0) {
            return new SlabArena(geometry, slabBytes);
        }
        // With too little for a slab it is made all the same: its tables show how much would be enough.
        long left = Math.max(geometry.slabBytes(), left(geometry));
        return new SlabArena(geometry, Math.min(slabBytes, left), left);
    }

    private long left(SlabGeometry geometry) {
        return bytes - tier.bytes() - stripeBytes - (long) OVERDRAFT_SLABS * geometry.slabBytes();
    }

    /**
     * Throws unless there is room for a slab beside what the arena's store has taken, for entries of ids, and for the
     * claim lines of a thread.
     */
    public void requireRoom(SlabArena arena) {
        if (bytes == 0) {
            return;
        }
        long slabBytes = arena.geometry().slabBytes();
        long missing =
                arena.overdrawnBytes() + 2 * slabBytes + stripeBytes + Math.max(0, slabBytes - left(arena.geometry()));
        if (missing > 0) {
            long least = Math.ceilDiv(bytes + missing, slabBytes) * slabBytes;
            throw new IllegalArgumentException(
                    ("memory limit %d: too small, the least that works is %d, of which the cold tier takes %d"
                                    + " for buffers"
                                    + " and %d for its read cache")
                            .formatted(bytes, least, tier.bufferBytes(), tier.cacheBytes()));
        }
    }

    /** What the memory is used for now. */
    public MemoryUsage usage(SlabArena arena) {
        MemoryBesideSlabs beside = arena.besideSlabs();
        return new MemoryUsage(
                bytes,
                arena.grantedBytes(),
                beside.bytes(Use.TABLES),
                beside.bytes(Use.SEGMENTS),
                beside.bytes(Use.SCRATCH) + beside.bytes(Use.WINDOWS),
                tier.bufferBytes(),
                tier.cacheBytes());
    }
}
