package io.znsslab.core.cold;

/**
 * Takes what a cold tier holds of earlier runs back into the allocator, within {@link ColdTier#attach}, before any
 * other thread knows the allocator. For one thread, which calls {@link #goOn} first, then names each epoch and after it
 * the epoch's slabs. Values that contradict each other are refused by a {@link io.znsslab.core.ZnsSlabException}.
 */
public interface ColdRestoration {
    /**
     * Sets the numbers from which new slabs and epochs go on.
     *
     * @param firstSlabId no id from there on was ever issued; ids below that are neither {@link #reusable} nor a slab's
     *     are never used again
     * @param firstEpoch all epochs below have been opened
     */
    default void goOn(long firstSlabId, long firstEpoch) {
        goOn(firstSlabId, firstEpoch, firstSlabId, 1);
    }

    /**
     * As {@link #goOn(long, long)}, for a tier that knows how many generations the remaining ids can have issued.
     *
     * @param firstUnknown remaining ids from there on are used again, those below never
     * @param generation the remaining ids have issued no generation from that one on: 1 to 2<sup>24</sup>
     */
    void goOn(long firstSlabId, long firstEpoch, long firstUnknown, int generation);

    /**
     * Frees an id below the first new one that no slab has: it is used again from that generation on, 1 to
     * 2<sup>24</sup>; 2<sup>24</sup> stands for never.
     */
    void reusable(long slabId, int generation);

    /** Restores a closed epoch. Its slabs have the first {@code count} ids. */
    void epoch(ColdEpoch epoch, long[] slabIds, int count);

    /** Restores a cold slab of the epoch that was named last. */
    void slab(ColdImage image);
}
