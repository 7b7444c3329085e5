package io.znsslab.core.statistics;

/**
 * What happened in one size class, or in all, since the allocator was built. Summed over the stripes without stopping
 * them: exact when no thread is at work.
 *
 * @param slotsClaimed slots put at threads' disposal; allocations, save for the last few of each thread
 * @param refills times a thread fetched slots, for up to 64 allocations each
 * @param slowPathHits refills that had to open or steal a slab, and may have taken a lock or made a system call
 * @param newSlabs slabs opened
 * @param partialToFull slabs that a thread let go as full
 * @param fullToPartial full slabs listed again since their own thread freed objects
 * @param currentNull refills that found no current slab
 * @param currentFull refills that found the current slab used up
 * @param emptiesRecycled empty slabs kept in a thread's cache
 * @param emptiesOverflowed empty slabs that found it full, or went back to the operating system
 * @param slabsStolen slabs with free slots that a thread took over from another one instead of opening some
 */
public record SlabStatistics(
        long slotsClaimed,
        long refills,
        long slowPathHits,
        long newSlabs,
        long partialToFull,
        long fullToPartial,
        long currentNull,
        long currentFull,
        long emptiesRecycled,
        long emptiesOverflowed,
        long slabsStolen) {
    /** Share of slots that came without the slow path: 0 to 1, and 1 if there were none. */
    public double fastPathShare() {
        return slotsClaimed == 0 ? 1 : 1 - (double) slowPathHits / slotsClaimed;
    }
}
