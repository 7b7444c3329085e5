package io.znsslab.core.cold;

/**
 * The allocator as its {@link ColdTier} sees it: the shape of its slabs, which never changes, and where they are. Once
 * {@link ColdTier#close} has returned, what asks where they are throws {@link IllegalStateException}; so does from the
 * allocator's coming to rest on what would change them.
 */
public interface ColdSlabs {
    /** Bytes of a slab: a power of two from 4,096 to 65,536. */
    int slabBytes();

    /** Bytes at the start of every slab that hold no slot: room for the tier's header. */
    int headerBytes();

    /** Number of size classes; a class is named by its index. */
    int sizeClasses();

    /** Bytes of a slot of that class, the handle in its first eight included. */
    int slotBytes(int sizeClass);

    /**
     * Slots of a slab of that class: 1 to 256. Slot {@code i} starts at {@code headerBytes() + i *
     * slotBytes(sizeClass)}.
     */
    int slots(int sizeClass);

    /**
     * Whether that location holds the image of the slab with that id, at this moment: it is cold there, or was promoted
     * from there and lives in DRAM, with the image to fall back on. Thread-safe, as what follows; none may be called by
     * who brings a slab from one tier to the other.
     */
    boolean hasImageAt(long slabId, long location);

    /**
     * Which slots of a slab with an image hold live objects.
     *
     * @param into receives one bit a slot, at least four words
     * @return the number of live objects; 0 if the slab is dead
     */
    int liveSlots(long slabId, long[] into);

    /**
     * The tier has written a slab's image to another location, where it is from now on. The allocator does not release
     * the old location; reads of it that began before may still be under way.
     *
     * @return false when the image is not at {@code from} any more, the slab being dead or written anew; then nobody
     *     knows of {@code to}
     */
    boolean relocated(long slabId, long from, long to);

    /**
     * Drops the oldest epoch that has slabs on the tier, whole, as a discard does: for a tier that is full and was told
     * to make room that way. An epoch that is being demoted or discarded at the time is passed over. Its images are
     * released before this returns. May take as long as a grace period and a look at every slab of the closed epochs;
     * not to be called by who reads or hands over.
     *
     * @return the number of slabs that were dropped; 0 when there was no such epoch
     */
    int evictOldestEpoch();

    /** The version bits that handles have at their lower end: which layout they are of. */
    int handleVersion();

    /** 64-bit words of a slab's bitmap of live slots: 1 to 4. */
    int bitmapWords();

    /** Receives what the tier holds of earlier runs. Only within {@link ColdTier#attach}. */
    ColdRestoration restoration();

    /**
     * Says what there is to say of a slab with an image. What changes afterwards is told by {@link ColdTier#changed} or
     * {@link ColdTier#release}, or is the tier's own doing.
     *
     * @return false if no slab of that id has an image
     */
    boolean describe(long slabId, ColdImage into);

    /** A closed epoch that has slabs, in either tier; null if there is none of that number. */
    ColdEpoch epoch(long number);

    /** Shows all that has an image. The cursor may be used as long as this may. */
    ColdImageCursor images();

    /** No slab id from here on was ever issued. Only once the allocator has come to rest. */
    long nextSlabId();

    /** No epoch from here on was ever opened. Only once the allocator has come to rest. */
    long nextEpoch();

    /**
     * The generation from which an id without an image can be used again, 2<sup>24</sup> if all are used up; 0 if the
     * id has an image, or this run has not used it. Only once the allocator has come to rest.
     */
    int nextGeneration(long slabId);
}
