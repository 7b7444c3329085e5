package io.znsslab.core.arena;

import java.util.Arrays;

/**
 * The sizes of a slab and of the slots of each class, and which class serves which payload. Immutable.
 *
 * <p>The <em>size classes</em> come first; each has slots of one size. The last class is that of <em>packed</em> slabs,
 * whose slots are granules of 1/256 of a slab: an object there takes as many adjacent ones as it needs, and its slot is
 * the first.
 *
 * <pre>
 *  0         64                64 + n·slotBytes      slabBytes
 *  | reserved | slot 0 | slot 1 | … | slot n-1 | unused |        n = min(256, (slabBytes - 64) / slotBytes)
 *
 *  slot:           | header: handle or free tag, 8 bytes | payload: slotBytes - 8 |
 *  packed object:  | header, 8 bytes | note, 8 bytes | payload | up to the next granule |
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

    /** Bytes of a packed object in front of its payload: its header, and a note of its size. */
    public static final int PACKED_HEADER_BYTES = 16;

    /** Size classes at most: the registry word has six bits for the class, and one is that of packed slabs. */
    public static final int MAX_CLASSES = 63;

    /** Slots of a slab at most: a handle has eight bits for the slot. */
    public static final int MAX_SLOTS = 256;

    private static final int STEP_SHIFT = 3;
    private static final int PACKED_SLOTS_SHIFT = 8;

    private final int slabShift;
    private final int granuleShift;
    private final int[] slotBytes;
    private final int[] slots;
    private final int bitmapWords;
    private final byte[] classOfSteps;
    private final int largestClassedPayloadBytes;
    private final int largestPackedPayloadBytes;

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
        this.granuleShift = slabShift - PACKED_SLOTS_SHIFT;
        this.slotBytes = Arrays.copyOf(slotBytes, slotBytes.length + 1);
        this.slotBytes[slotBytes.length] = slabBytes >>> PACKED_SLOTS_SHIFT;
        this.slots = Arrays.stream(this.slotBytes)
                .map(bytes -> Math.min(MAX_SLOTS, (slabBytes - SLAB_HEADER_BYTES) / bytes))
                .toArray();
        this.bitmapWords =
                wordsFor(Arrays.stream(slots, 0, slotBytes.length).max().orElseThrow());
        this.largestClassedPayloadBytes = previous - SLOT_HEADER_BYTES;
        this.largestPackedPayloadBytes = slots[slotBytes.length] * granuleBytes() - PACKED_HEADER_BYTES;
        this.classOfSteps = new byte[(largestClassedPayloadBytes >>> STEP_SHIFT) + 1];
        int sizeClass = 0;
        for (int steps = 0; steps < classOfSteps.length; steps++) {
            while (this.slotBytes[sizeClass] - SLOT_HEADER_BYTES < steps << STEP_SHIFT) {
                sizeClass++;
            }
            classOfSteps[steps] = (byte) sizeClass;
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

    private static int wordsFor(int bits) {
        return (bits + 63) >>> 6;
    }

    /** Number of classes, that of packed slabs included. */
    public int classes() {
        return slotBytes.length;
    }

    /** Number of size classes. */
    public int sizeClasses() {
        return slotBytes.length - 1;
    }

    /** The class of packed slabs. */
    public int packedClass() {
        return slotBytes.length - 1;
    }

    /** Binary logarithm of {@link #granuleBytes()}. */
    public int granuleShift() {
        return granuleShift;
    }

    /** Bytes of a granule of packed slabs: 16 to 256. */
    public int granuleBytes() {
        return 1 << granuleShift;
    }

    /** Bytes of a slot of the class, header included; for packed slabs, of a granule. */
    public int slotBytes(int sizeClass) {
        return slotBytes[sizeClass];
    }

    /** Bytes of payload of a size class. */
    public int payloadBytes(int sizeClass) {
        return slotBytes[sizeClass] - SLOT_HEADER_BYTES;
    }

    /** Slots of a slab of the class. */
    public int slots(int sizeClass) {
        return slots[sizeClass];
    }

    /** 64-bit words in a bitmap of the slots of the size class that has most: 1 to 4. */
    public int bitmapWords() {
        return bitmapWords;
    }

    /** 64-bit words in a bitmap of the slots of that class: {@link #bitmapWords()}, and more for packed slabs. */
    public int bitmapWords(int sizeClass) {
        return sizeClass == packedClass() ? Math.max(bitmapWords, wordsFor(slots[sizeClass])) : bitmapWords;
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

    /** The largest payload that fits a slot of a size class, in bytes. */
    public int largestClassedPayloadBytes() {
        return largestClassedPayloadBytes;
    }

    /** The largest payload that fits a packed slab, in bytes. */
    public int largestPackedPayloadBytes() {
        return largestPackedPayloadBytes;
    }

    /** The largest payload that fits a slab of any class, in bytes. */
    public int largestPayloadBytes() {
        return Math.max(largestClassedPayloadBytes, largestPackedPayloadBytes);
    }

    /**
     * The smallest size class that holds the payload.
     *
     * @throws IllegalArgumentException if the payload is negative or larger than the largest size class holds
     */
    public int sizeClassOf(long payloadBytes) {
        if (Long.compareUnsigned(payloadBytes, largestClassedPayloadBytes) > 0) {
            throw new IllegalArgumentException(
                    "an object of %d bytes: must be 0 to %d, the payload of the largest size class"
                            .formatted(payloadBytes, largestClassedPayloadBytes));
        }
        return classOfSteps[((int) payloadBytes + 7) >>> STEP_SHIFT];
    }

    /**
     * Granules that a packed object takes.
     *
     * @param payloadOffset bytes from the object's header to its payload: {@link #PACKED_HEADER_BYTES}, or more
     * @throws IllegalArgumentException if the payload is negative, or the object larger than a slab
     */
    public int granules(long payloadOffset, long payloadBytes) {
        if (Long.compareUnsigned(payloadBytes, largestPackedPayloadBytes - (payloadOffset - PACKED_HEADER_BYTES)) > 0) {
            throw new IllegalArgumentException(
                    "an object of %d bytes: must be 0 to %d, which is what a slab of %d bytes holds; %s"
                            .formatted(
                                    payloadBytes,
                                    largestPayloadBytes(),
                                    slabBytes(),
                                    slabBytes() < 65536
                                            ? "slabBytes of the builder allows larger slabs, up to 65536"
                                            : "split it, since slabs cannot be larger"));
        }
        return (int) ((payloadOffset + payloadBytes + granuleBytes() - 1) >>> granuleShift());
    }

    /** Granules that a packed object takes with the usual alignment, given that a slab can hold its payload. */
    public int granules(int payloadBytes) {
        return (PACKED_HEADER_BYTES + payloadBytes + granuleBytes() - 1) >>> granuleShift();
    }
}
