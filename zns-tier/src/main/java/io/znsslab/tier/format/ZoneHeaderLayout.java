package io.znsslab.tier.format;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a data zone, which says which incarnation the zone is in.
 *
 * <pre>
 *    0       4 5     8       12      16
 *   +-------+-+-----+-------+-------+     "ZSLZ"
 *   | magic |v| 0   | length| crc32c|
 *   +-------+-+-----+-------+-------+
 *   | device UUID                   |
 *   +-------+-------+---------------+     zone: its number, so that a report with other zone sizes is noticed
 *   |locat'n| zone  | incarnation   |     incarnation: every block of the zone must repeat it
 *   +-------+-------+---------------+
 *   |slab B.| 0     |                     slab B.: bytes of a slab in this zone
 *   +-------+-------+
 * </pre>
 */
public final class ZoneHeaderLayout {
    /** Bytes that a header takes on the device. */
    public static final int BLOCK_BYTES = SealedBlock.LOCATION_BYTES;

    static final int MAGIC = 0x5A4C535A;
    static final int VERSION = 1;
    private static final int ZONE_OFFSET = 36;
    private static final int SLAB_BYTES_OFFSET = 48;
    private static final int LENGTH = 56;

    private final SealedBlock block = new SealedBlock();
    private final DeviceIdentity device;
    private final int slabBytes;

    /** Makes a layout for the headers on one device. Not thread-safe. */
    public ZoneHeaderLayout(DeviceIdentity device, int slabBytes) {
        this.device = device;
        this.slabBytes = slabBytes;
    }

    /** Writes the header of a zone that starts at {@code location}. */
    public void seal(ByteBuffer buffer, int at, long location, long incarnation, int zone) {
        for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
            buffer.putLong(at + i, 0L);
        }
        block.begin(buffer, at, MAGIC, VERSION, LENGTH, device, location, incarnation);
        buffer.putInt(at + ZONE_OFFSET, zone);
        buffer.putInt(at + SLAB_BYTES_OFFSET, slabBytes);
        block.seal(buffer, at);
    }

    /** Checks that the header of that zone is at {@code at}, whatever its incarnation. Returns null when it is. */
    public @Nullable Mismatch check(ByteBuffer buffer, int at, long location, int zone) {
        Mismatch mismatch = block.checkSeal(buffer, at, MAGIC, VERSION, LENGTH, LENGTH);
        if (mismatch == null) {
            mismatch = block.checkLocation(buffer, at, device, location, incarnation(buffer, at));
        }
        if (mismatch == null && buffer.getInt(at + ZONE_OFFSET) != zone) {
            mismatch = Mismatch.LOCATION;
        }
        if (mismatch == null && buffer.getInt(at + SLAB_BYTES_OFFSET) != slabBytes) {
            mismatch = Mismatch.FIELDS;
        }
        return mismatch;
    }

    /**
     * The device named by the header of that zone at {@code at}, whatever device and incarnation it names; null when
     * there is no header.
     */
    public static @Nullable DeviceIdentity ownerOf(ByteBuffer buffer, int at, long location, int zone) {
        DeviceIdentity owner = new DeviceIdentity(
                buffer.getLong(at + SealedBlock.DEVICE_HIGH_OFFSET),
                buffer.getLong(at + SealedBlock.DEVICE_LOW_OFFSET));
        ZoneHeaderLayout layout = new ZoneHeaderLayout(owner, buffer.getInt(at + SLAB_BYTES_OFFSET));
        return layout.check(buffer, at, location, zone) == null ? owner : null;
    }

    /** The incarnation that a checked header announces. */
    public static long incarnation(ByteBuffer buffer, int at) {
        return SealedBlock.incarnation(buffer, at);
    }
}
