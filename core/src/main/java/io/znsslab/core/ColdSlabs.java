package io.znsslab.core;

/** The shape of the slabs that a {@link ColdTier} will be given. Immutable. */
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
}
