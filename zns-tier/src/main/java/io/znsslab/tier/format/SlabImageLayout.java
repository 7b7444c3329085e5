package io.znsslab.tier.format;

import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A slab on the device: the slab's page with its first 64 bytes replaced by this header.
 *
 * <pre>
 *    0       4 5 6   8       12      16
 *   +-------+-+-+---+-------+-------+     "ZSLI". c: size class, for slots to be found without the registry
 *   | magic |v|c|k|0| length| crc32c|     k: slab kind. 0: slots of one class. 1: packed, an object takes as many
 *   +-------+-+-+-+-+-------+-------+     granules as it needs, and c is the number after the last size class
 *                                         length: the slab's size
 *   | device UUID                   |
 *   +-------+-------+---------------+     slab id: the image of another slab
 *   |locat'n|slab id| incarnation   |
 *   +-------+-------+-------+-------+     epoch: the slab's owner, for recovery and for dropping epochs whole
 *   | epoch         |baseGen|lastGen|     generations: below base handles are stale; up to last they are used up
 *   +---------------+-------+-------+
 *   | slot 0 ...                    |
 * </pre>
 *
 * <p>Location and incarnation together name one write: a location is written once in each incarnation. So a reader,
 * which knows slab id, class and location, need not know the epoch to be sure of having the right image.
 *
 * <p>How objects lie in the slab is the allocator's matter: see {@link SlabShape}. No layout reads the sizes that
 * packed objects note of themselves; the checksum covers them.
 */
public final class SlabImageLayout {
    /** Bytes that slabs must leave free at their start. */
    public static final int HEADER_BYTES = 64;

    static final int MAGIC = 0x494C535A;
    static final int VERSION = 1;
    private static final int CLASS_OFFSET = 5;
    private static final int KIND_OFFSET = 6;
    private static final int SLAB_ID_OFFSET = 36;
    private static final int EPOCH_OFFSET = 48;
    private static final int BASE_GENERATION_OFFSET = 56;
    private static final int LAST_GENERATION_OFFSET = 60;

    private final SealedBlock block = new SealedBlock();
    private final DeviceIdentity device;
    private final SlabShape shape;
    private final int slabBytes;

    /** Makes a layout for images, on one device, of slabs of that shape. Not thread-safe. */
    public SlabImageLayout(DeviceIdentity device, SlabShape shape) {
        this.device = device;
        this.shape = shape;
        this.slabBytes = shape.slabBytes();
    }

    /** Makes the page at {@code at} of the buffer an image. Returns its checksum. */
    public int seal(
            ByteBuffer buffer,
            int at,
            long location,
            long incarnation,
            long slabId,
            int sizeClass,
            long epoch,
            int baseGeneration,
            int lastGeneration) {
        block.begin(buffer, at, MAGIC, VERSION, slabBytes, device, location, incarnation);
        buffer.put(at + CLASS_OFFSET, (byte) sizeClass);
        buffer.put(at + KIND_OFFSET, SlabKind.of(sizeClass, shape));
        buffer.putInt(at + SLAB_ID_OFFSET, (int) slabId);
        buffer.putLong(at + EPOCH_OFFSET, epoch);
        buffer.putInt(at + BASE_GENERATION_OFFSET, baseGeneration);
        buffer.putInt(at + LAST_GENERATION_OFFSET, lastGeneration);
        return block.seal(buffer, at);
    }

    /**
     * Checks that the bytes at {@code at} are the image of that slab, written at that location in that incarnation.
     * Returns null when they are.
     */
    public @Nullable Mismatch check(
            ByteBuffer buffer, int at, long location, long incarnation, long slabId, int sizeClass) {
        Mismatch mismatch = block.checkSeal(buffer, at, MAGIC, VERSION, slabBytes, slabBytes);
        if (mismatch == null) {
            mismatch = block.checkLocation(buffer, at, device, location, incarnation);
        }
        if (mismatch == null && slabId(buffer, at) != slabId) {
            mismatch = Mismatch.SLAB;
        }
        if (mismatch == null && sizeClass(buffer, at) != sizeClass) {
            mismatch = Mismatch.SIZE_CLASS;
        }
        if (mismatch == null && buffer.get(at + KIND_OFFSET) != SlabKind.of(sizeClass, shape)) {
            mismatch = Mismatch.KIND;
        }
        return mismatch;
    }

    /** Slab id of a checked image. */
    public static long slabId(ByteBuffer buffer, int at) {
        return Integer.toUnsignedLong(buffer.getInt(at + SLAB_ID_OFFSET));
    }

    /** Size class of a checked image, or the class of packed slabs. */
    public static int sizeClass(ByteBuffer buffer, int at) {
        return Byte.toUnsignedInt(buffer.get(at + CLASS_OFFSET));
    }

    /** Epoch of a checked image. */
    public static long epoch(ByteBuffer buffer, int at) {
        return buffer.getLong(at + EPOCH_OFFSET);
    }

    /** Base generation of a checked image. */
    public static int baseGeneration(ByteBuffer buffer, int at) {
        return buffer.getInt(at + BASE_GENERATION_OFFSET);
    }

    /** Last generation of a checked image. */
    public static int lastGeneration(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LAST_GENERATION_OFFSET);
    }
}
