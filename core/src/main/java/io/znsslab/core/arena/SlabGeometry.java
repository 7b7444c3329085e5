package io.znsslab.core.arena;

import java.util.Arrays;

/**
 * The sizes of a slab and of the slots of each class, and which class serves which payload. Immutable.
 *
 * <pre>
 *  0         64                64 + n·slotBytes      slabBytes
 *  | reserved | slot 0 | slot 1 | … | slot n-1 | unused |        n = min(256, (slabBytes - 64) / slotBytes)
 *
 *  slot:  | header: handle or free tag, 8 bytes | payload: slotBytes - 8 |
 * </pre>
 *
 * The first 64 bytes of a slab stay unused in DRAM, so that the image on a device, which needs a header there, is the
 * page itself.
 */
public final class SlabGeometry {
    /** Bytes reserved at the start of each slab. */
    public static final int SLAB_HEADER_BYTES = 64;

    /** Bytes of a slot's header. */
    public static final int SLOT_HEADER_BYTES = 8;

    /** Size classes at most: the registry word has six bits for the class. */
    public static final int MAX_CLASSES = 64;

    /** Slots of a slab at most: a handle has eight bits for the slot. */
    public static final int MAX_SLOTS = 256;

    private static final int GRANULE_SHIFT = 3;

    private final int slabShift;
    private final int[] slotBytes;
    private final int[] slots;
    private final int bitmapWords;
    private final byte[] classOfGranules;
    private final int largestPayloadBytes;

    /**
     * Checks the sizes and derives the rest.
     *
     * @param slabBytes a power of two from 4,096 to 65,536
     * @param slotBytes slot sizes, ascending multiples of eight
     * @throws IllegalArgumentException naming the value and the rule it breaks
     */
    public SlabGeometry(int slabBytes, int... slotBytes) {
        if (slabBytes < 4096 || slabBytes > 65536 || Integer.bitCount(slabBytes) != 1) {
            throw new IllegalArgumentException(
                    "slab size %d: must be a power of two from 4096 to 65536".formatted(slabBytes));
        }
        if (slotBytes.length < 1 || slotBytes.length > MAX_CLASSES) {
            throw new IllegalArgumentException(
                    "%d size classes: must be 1 to %d".formatted(slotBytes.length, MAX_CLASSES));
        }
        int previous = SLOT_HEADER_BYTES;
        for (int bytes : slotBytes) {
            if (bytes <= previous || bytes % 8 != 0 || bytes > slabBytes - SLAB_HEADER_BYTES) {
                throw new IllegalArgumentException(
                        ("size class %d: must be a multiple of 8, larger than %d (the one before it, or a slot's "
                                        + "header), and at most %d (the slab less its header)")
                                .formatted(bytes, previous, slabBytes - SLAB_HEADER_BYTES));
            }
            previous = bytes;
        }
        this.slabShift = Integer.numberOfTrailingZeros(slabBytes);
        this.slotBytes = slotBytes.clone();
        this.slots = Arrays.stream(slotBytes)
                .map(bytes -> Math.min(MAX_SLOTS, (slabBytes - SLAB_HEADER_BYTES) / bytes))
                .toArray();
        this.bitmapWords = (Arrays.stream(slots).max().orElseThrow() + 63) >>> 6;
        this.largestPayloadBytes = previous - SLOT_HEADER_BYTES;
        this.classOfGranules = new byte[(largestPayloadBytes >>> GRANULE_SHIFT) + 1];
        int sizeClass = 0;
        for (int granules = 0; granules < classOfGranules.length; granules++) {
            while (this.slotBytes[sizeClass] - SLOT_HEADER_BYTES < granules << GRANULE_SHIFT) {
                sizeClass++;
            }
            classOfGranules[granules] = (byte) sizeClass;
        }
    }

    /** Bytes of a slab. */
    public int slabBytes() {
        return 1 << slabShift;
    }

    /** Binary logarithm of {@link #slabBytes()}. */
    public int slabShift() {
        return slabShift;
    }

    /** Number of size classes. */
    public int classes() {
        return slotBytes.length;
    }

    /** Bytes of a slot of the class, header included. */
    public int slotBytes(int sizeClass) {
        return slotBytes[sizeClass];
    }

    /** Bytes of payload of the class. */
    public int payloadBytes(int sizeClass) {
        return slotBytes[sizeClass] - SLOT_HEADER_BYTES;
    }

    /** Slots of a slab of the class. */
    public int slots(int sizeClass) {
        return slots[sizeClass];
    }

    /** 64-bit words in a bitmap of the slots of the largest class: 1 to 4. */
    public int bitmapWords() {
        return bitmapWords;
    }

    /** The bits of bitmap word {@code word} that stand for slots of the class. */
    public long slotMask(int sizeClass, int word) {
        int bits = Math.clamp(slots[sizeClass] - (word << 6), 0, 64);
        return bits == 64 ? -1L : (1L << bits) - 1;
    }

    /** Byte offset of a slot within its slab. */
    public int slotOffset(int sizeClass, int slot) {
        return SLAB_HEADER_BYTES + slot * slotBytes[sizeClass];
    }

    /** The largest payload that fits a slot, in bytes. */
    public int largestPayloadBytes() {
        return largestPayloadBytes;
    }

    /**
     * The smallest class that holds the payload.
     *
     * @throws IllegalArgumentException if the payload is negative or larger than the largest class holds
     */
    public int sizeClassOf(long payloadBytes) {
        if (Long.compareUnsigned(payloadBytes, largestPayloadBytes) > 0) {
            throw new IllegalArgumentException(
                    "an object of %d bytes: must be 0 to %d, the payload of the largest size class"
                            .formatted(payloadBytes, largestPayloadBytes));
        }
        return classOfGranules[((int) payloadBytes + 7) >>> GRANULE_SHIFT];
    }
}
