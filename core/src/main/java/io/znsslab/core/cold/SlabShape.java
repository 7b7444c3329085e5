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

    /** Number of size classes, 1 to 63; a class is named by its index, from 0. */
    int sizeClasses();

    /**
     * The class of packed slabs: the number after the last size class. Their slots are granules of 1/256 of a slab: an
     * object takes as many adjacent ones as it needs, and its slot is the first. Its handle is in its first eight
     * bytes; the next eight note its size: the bytes of payload in bits 0 to 15, and where the payload begins, in bytes
     * from the object's start, in bits 16 to 31.
     */
    default int packedClass() {
        return sizeClasses();
    }

    /** Bytes of a slot of that class, the handle in its first eight included; of a granule for packed slabs. */
    int slotBytes(int sizeClass);

    /**
     * Slots of a slab of that class: 1 to 256. Slot {@code i} starts at {@code headerBytes() + i *
     * slotBytes(sizeClass)}.
     */
    int slots(int sizeClass);

    /** 64-bit words of the bitmap of live slots of a slab of any size class: 1 to 4. */
    int bitmapWords();

    /**
     * 64-bit words of the bitmap of live slots of a slab of that class: {@link #bitmapWords()}, or 4 if it is packed.
     */
    default int bitmapWords(int sizeClass) {
        return sizeClass == packedClass() ? 4 : bitmapWords();
    }

    /** The version bits at the lower end of every handle, which say how its other bits are laid out. */
    int handleVersion();
}
