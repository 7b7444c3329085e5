package io.znsslab.tier.format;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The 48 bytes that every structure on the device starts with, as drawn in the package's description, and the checksum
 * that seals it.
 *
 * <p>The class works on little-endian direct buffers, at any place in them. It is not thread-safe: it keeps the
 * checksum's state, so that nothing is allocated per block.
 */
public final class SealedBlock {
    /** Bytes of a block: every structure starts at a multiple of it, and it is the unit of locations. */
    public static final int LOCATION_BYTES = 4096;

    /** Bytes of the common header. */
    static final int HEADER_BYTES = 48;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 4;
    static final int LENGTH_OFFSET = 8;
    static final int CRC_OFFSET = 12;
    private static final int AFTER_CRC = 16;
    static final int DEVICE_HIGH_OFFSET = 16;
    static final int DEVICE_LOW_OFFSET = 24;
    static final int LOCATION_OFFSET = 32;
    static final int INCARNATION_OFFSET = 40;

    private final CRC32C crc = new CRC32C();

    SealedBlock() {}

    /** Writes the common header. The structure's own fields come next, then {@link #seal}. */
    void begin(
            ByteBuffer buffer,
            int at,
            int magic,
            int version,
            int length,
            DeviceIdentity device,
            long location,
            long incarnation) {
        buffer.putInt(at + MAGIC_OFFSET, magic);
        buffer.putInt(at + VERSION_OFFSET, version);
        buffer.putInt(at + LENGTH_OFFSET, length);
        buffer.putInt(at + CRC_OFFSET, 0);
        buffer.putLong(at + DEVICE_HIGH_OFFSET, device.high());
        buffer.putLong(at + DEVICE_LOW_OFFSET, device.low());
        buffer.putInt(at + LOCATION_OFFSET, (int) location);
        buffer.putInt(at + LOCATION_OFFSET + Integer.BYTES, 0);
        buffer.putLong(at + INCARNATION_OFFSET, incarnation);
    }

    /** Writes the checksum; nothing of the structure may change afterwards. Returns it. */
    int seal(ByteBuffer buffer, int at) {
        int checksum = checksum(buffer, at, buffer.getInt(at + LENGTH_OFFSET));
        buffer.putInt(at + CRC_OFFSET, checksum);
        return checksum;
    }

    /**
     * Checks what does not depend on where the block should be.
     *
     * @param minimumLength the least that the structure's length may say
     * @param maximumLength the most that it may say
     * @return null when the block is sound
     */
    @Nullable
    Mismatch checkSeal(ByteBuffer buffer, int at, int magic, int version, int minimumLength, int maximumLength) {
        if (buffer.getInt(at + MAGIC_OFFSET) != magic) {
            return Mismatch.MAGIC;
        }
        if (buffer.get(at + VERSION_OFFSET) != (byte) version) {
            return Mismatch.VERSION;
        }
        int length = buffer.getInt(at + LENGTH_OFFSET);
        if (length < minimumLength || length > maximumLength) {
            return Mismatch.LENGTH;
        }
        return buffer.getInt(at + CRC_OFFSET) == checksum(buffer, at, length) ? null : Mismatch.CHECKSUM;
    }

    /** Checks that the block belongs where it was found. */
    @Nullable
    Mismatch checkLocation(ByteBuffer buffer, int at, DeviceIdentity device, long location, long incarnation) {
        if (buffer.getLong(at + DEVICE_HIGH_OFFSET) != device.high()
                || buffer.getLong(at + DEVICE_LOW_OFFSET) != device.low()) {
            return Mismatch.DEVICE;
        }
        if (Integer.toUnsignedLong(buffer.getInt(at + LOCATION_OFFSET)) != location) {
            return Mismatch.LOCATION;
        }
        return buffer.getLong(at + INCARNATION_OFFSET) == incarnation ? null : Mismatch.INCARNATION;
    }

    private int checksum(ByteBuffer buffer, int at, int length) {
        crc.reset();
        crc.update(buffer.limit(at + CRC_OFFSET).position(at));
        crc.update(buffer.limit(at + length).position(at + AFTER_CRC));
        buffer.clear();
        return (int) crc.getValue();
    }

    /** The incarnation recorded in a block that was checked otherwise. */
    static long incarnation(ByteBuffer buffer, int at) {
        return buffer.getLong(at + INCARNATION_OFFSET);
    }
}
