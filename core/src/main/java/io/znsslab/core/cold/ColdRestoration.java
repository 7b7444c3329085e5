package io.znsslab.core.cold;

/**
 * How a cold tier gives an allocator back what it holds of earlier runs, within {@link ColdTier#attach} and before
 * anything else happens. Used by one thread: first {@link #goOn}, then each epoch followed by its slabs.
 */
public interface ColdRestoration {
    /**
     * New slabs and epochs get numbers from these on.
     *
     * @param firstSlabId no id from there on was ever issued; those below of which nothing more is said are never used
     *     again
     * @param firstEpoch all epochs below have been opened
     */
    default void goOn(long firstSlabId, long firstEpoch) {
        goOn(firstSlabId, firstEpoch, firstSlabId, 1);
    }

    /**
     * The same, where it is known how far ids can have come that nothing more is said of.
     *
     * @param firstUnknown from there on such ids are used again; those below never
     * @param generation they have issued none from that one on: 1 to 2<sup>24</sup>
     */
    void goOn(long firstSlabId, long firstEpoch, long firstUnknown, int generation);

    /**
     * An id below the first new one that no slab has: it is used again, from that generation on: 1 to 2<sup>24</sup>,
     * which is for never.
     */
    void reusable(long slabId, int generation);

    /** A closed epoch and the ids of its slabs, of which the first {@code count} count. */
    void epoch(ColdEpoch epoch, long[] slabIds, int count);

    /** A cold slab of an epoch that was named before. */
    void slab(ColdImage image);
}
