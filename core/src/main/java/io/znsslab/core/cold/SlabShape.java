package io.znsslab.core.cold;

/**
 * The shape of an allocator's slabs. It never changes: any thread may ask at any time, also after the allocator was
 * closed.
 */
public interface SlabShape {
    /** Bytes of a slab: a power of two from 4,096 to 65,536. */
    int slabBytes();

    /** Bytes at the start of every slab that hold no slot: 64, room for the tier's own header in an image. */
    int headerBytes();

    /** Number of size classes, 1 to 256; a class is named by its index, from 0. */
    int sizeClasses();

    /** Bytes of a slot of that class, the handle in its first eight included. */
    int slotBytes(int sizeClass);

    /**
     * Slots of a slab of that class: 1 to 256. Slot {@code i} starts at {@code headerBytes() + i *
     * slotBytes(sizeClass)}.
     */
    int slots(int sizeClass);

    /** 64-bit words of a slab's bitmap of live slots: 1 to 4. */
    int bitmapWords();

    /** The version bits at the lower end of every handle, which say how its other bits are laid out. */
    int handleVersion();
}
