package io.znsslab.core.cold;

/**
 * All that has to be known about a slab with an image on the cold tier to find it again after a restart. Not
 * thread-safe; filled again for each slab.
 */
public final class ColdImage {
    /** The slab's id. */
    public long slabId;
    /** Its size class, or {@link SlabShape#packedClass()}. */
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

    /** An image description to be filled. */
    public ColdImage() {}
}
