package io.znsslab.core.cold;

/**
 * What there is to say of a slab that has an image on the cold tier, so that it can be found again after a restart.
 * Filled and read by one thread; used again and again.
 */
public final class ColdImage {
    /** The slab's id. */
    public long slabId;
    /** Its size class. */
    public int sizeClass;
    /** The generation below which handles to it are stale. */
    public int baseGeneration;
    /** Whether all its live handles have the base generation. */
    public boolean hasOneGeneration;
    /** The number of its epoch. */
    public long epoch;
    /** Where its image is. */
    public long location;
    /** Which slots hold live objects, one bit a slot. */
    public final long[] live = new long[4];

    /** One that says nothing yet. */
    public ColdImage() {}
}
