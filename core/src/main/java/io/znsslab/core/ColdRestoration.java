package io.znsslab.core;

/**
 * How a cold tier gives an allocator back what it holds of earlier runs, within {@link ColdTier#attach} and before anything else happens. Used by one thread: first {@link #goOn}, then each epoch followed by its
 * slabs.
 */
public interface ColdRestoration {
    /**
     * New slabs and epochs get numbers from these on.
     *
     * @param firstSlabId all ids below have been issued; those that nothing more is said of are never used again
     * @param firstEpoch all epochs below have been opened
     */
    void goOn(long firstSlabId, long firstEpoch);

    /** An id below the first new one that no slab has: it is used again, from that generation on. */
    void reusable(long slabId, int generation);

    /** A closed epoch and the ids of its slabs, of which the first {@code count} count. */
    void epoch(ColdEpoch epoch, long[] slabIds, int count);

    /** A cold slab of an epoch that was named before. */
    void slab(ColdImage image);
}
