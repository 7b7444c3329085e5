package io.znsslab.core.slab;

import io.znsslab.core.statistics.SlabStatistics;

/**
 * What a stripe counted in one class. Plain: written by the stripe's holder, and read by any thread, which may see a
 * value that is a moment old.
 *
 * <p>Nothing here is touched by an allocation that finds a slot in its claim word; allocations are counted when the
 * word is filled.
 */
public final class SlabCounters {
    /** Slots put into claim words. */
    public long slotsClaimed;

    /** Times that a claim word was filled. */
    public long refills;

    /** Refills that took a lock or opened a slab: the slow path. */
    public long slowPathHits;

    /** Slabs opened in a frame that was not in use. */
    public long newSlabs;

    /** Slabs that a bin gave up as full. */
    public long partialToFull;

    /** Full slabs that were listed as partial again. */
    public long fullToPartial;

    /** Refills that found no current slab. */
    public long currentNull;

    /** Refills that found the current slab used up. */
    public long currentFull;

    /** Empty slabs whose frame went to the stripe's magazine. */
    public long emptiesRecycled;

    /** Empty slabs whose frame found the magazine full, pinned or not kept. */
    public long emptiesOverflowed;

    /** Partial slabs taken over from other stripes. */
    public long slabsStolen;

    /** Adds another stripe's counts to this sum. */
    public void add(SlabCounters other) {
        slotsClaimed += other.slotsClaimed;
        refills += other.refills;
        slowPathHits += other.slowPathHits;
        newSlabs += other.newSlabs;
        partialToFull += other.partialToFull;
        fullToPartial += other.fullToPartial;
        currentNull += other.currentNull;
        currentFull += other.currentFull;
        emptiesRecycled += other.emptiesRecycled;
        emptiesOverflowed += other.emptiesOverflowed;
        slabsStolen += other.slabsStolen;
    }

    /** The counts as they are now. */
    public SlabStatistics snapshot() {
        return new SlabStatistics(
                slotsClaimed,
                refills,
                slowPathHits,
                newSlabs,
                partialToFull,
                fullToPartial,
                currentNull,
                currentFull,
                emptiesRecycled,
                emptiesOverflowed,
                slabsStolen);
    }
}
