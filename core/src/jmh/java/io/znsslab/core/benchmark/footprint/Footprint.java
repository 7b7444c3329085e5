package io.znsslab.core.benchmark.footprint;

/**
 * The memory cost of this allocator; each figure is a share or a multiple, without a unit.
 *
 * @param slabsOverIdealOneThread slabs in use ÷ fewest possible, under one thread's churn
 * @param slabsOverIdealTwoThreads the same, with two threads that free each other's objects
 * @param fastPathShare allocations that opened no slab, under one thread's churn
 * @param withinClaimShare allocations that needed no refill, under one thread's churn
 * @param rssShareAfterClose the arena's resident memory after an epoch's close ÷ before, in the worst epoch
 * @param rssGrowth largest resident memory late in a long run ÷ early in it
 * @param rssCycles allocations in that run
 * @param metadataShare bytes of book-keeping ÷ bytes of slabs
 */
public record Footprint(
        double slabsOverIdealOneThread,
        double slabsOverIdealTwoThreads,
        double fastPathShare,
        double withinClaimShare,
        double rssShareAfterClose,
        double rssGrowth,
        long rssCycles,
        double metadataShare) {}
