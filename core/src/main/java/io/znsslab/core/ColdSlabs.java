package io.znsslab.core;

/** The allocator as its {@link ColdTier} sees it: the shape of its slabs, which never changes, and where they are. */
public interface ColdSlabs {
    /** Bytes of a slab: a power of two from 4,096 to 65,536. */
    int slabBytes();

    /** Bytes at the start of every slab that hold no slot: room for the tier's header. */
    int headerBytes();

    /** Number of size classes; a class is named by its index. */
    int sizeClasses();

    /** Bytes of a slot of that class, the handle in its first eight included. */
    int slotBytes(int sizeClass);

    /** Slots of a slab of that class: 1 to 256. Slot {@code i} starts at {@code headerBytes() + i * slotBytes(sizeClass)}. */
    int slots(int sizeClass);

    /** Whether the slab with that id is cold and at that location, at this moment. Thread-safe, as what follows. */
    boolean isCold(long slabId, long location);

    /**
     * Which slots of a cold slab hold live objects.
     *
     * @param into receives one bit a slot, at least four words
     * @return the number of live objects
     */
    int coldLiveSlots(long slabId, long[] into);

    /**
     * The tier has written a cold slab to another location, from where it is read from now on. The allocator does not release the old location; reads of it that began before may still be
     * under way.
     *
     * @return false when the slab is not at {@code from} any more, being dead or promoted; then nobody knows of {@code to}
     */
    boolean relocated(long slabId, long from, long to);
}
