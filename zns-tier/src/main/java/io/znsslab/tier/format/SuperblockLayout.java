package io.znsslab.tier.format;

import java.nio.ByteBuffer;

/**
 * Says that a device is ours and how it was formatted; written anew at each opening.
 *
 * <pre>
 *    0       4 5     8       12      16
 *   +-------+-+-----+-------+-------+     "ZSLS"
 *   | magic |v| 0   | length| crc32c|
 *   +-------+-+-----+-------+-------+
 *   | device UUID                   |
 *   +-------+-------+---------------+     life: 0; the opening tells superblocks of several lives apart
 *   |locat'n| 0     | life          |
 *   +-------+-------+---------------+     opening: which superblock is the newest; upper half of the lives given out until the next
 *   | opening       | zoneBytes     |     zoneBytes, zones, block: a device that was resized, or formatted anew at a lower level
 *   +-------+-------+-------+-------+     slab B.: an allocator with another slab size
 *   | zones | block |slab B.| 0     |     meta 1, meta 2: the metadata zones, in case zones before them have failed since
 *   +-------+-------+-------+-------+
 *   | meta 1| meta 2| formatted at  |
 *   +-------+-------+---------------+
 * </pre>
 */
public final class SuperblockLayout {
    /** Bytes that it takes on the device. */
    public static final int BLOCK_BYTES = SealedBlock.LOCATION_BYTES;

    static final int MAGIC = 0x534C535A;
    static final int VERSION = 1;
    private static final int OPENING_OFFSET = 48;
    private static final int ZONE_BYTES_OFFSET = 56;
    private static final int ZONES_OFFSET = 64;
    private static final int BLOCK_OFFSET = 68;
    private static final int SLAB_BYTES_OFFSET = 72;
    private static final int FIRST_METADATA_OFFSET = 80;
    private static final int SECOND_METADATA_OFFSET = 84;
    private static final int FORMATTED_AT_OFFSET = 88;
    private static final int LENGTH = 96;

    private final SealedBlock block = new SealedBlock();

    /** For superblocks of any device. Not thread-safe. */
    public SuperblockLayout() {}

    /** Writes a superblock. */
    public void seal(ByteBuffer buffer, int at, long location, Superblock superblock) {
        for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
            buffer.putLong(at + i, 0L);
        }
        block.begin(buffer, at, MAGIC, VERSION, LENGTH, superblock.device(), location, 0);
        buffer.putLong(at + OPENING_OFFSET, superblock.opening());
        buffer.putLong(at + ZONE_BYTES_OFFSET, superblock.zoneBytes());
        buffer.putInt(at + ZONES_OFFSET, superblock.zoneCount());
        buffer.putInt(at + BLOCK_OFFSET, superblock.blockBytes());
        buffer.putInt(at + SLAB_BYTES_OFFSET, superblock.slabBytes());
        buffer.putInt(at + FIRST_METADATA_OFFSET, superblock.firstMetadataZone());
        buffer.putInt(at + SECOND_METADATA_OFFSET, superblock.secondMetadataZone());
        buffer.putLong(at + FORMATTED_AT_OFFSET, superblock.formattedAtSeconds());
        block.seal(buffer, at);
    }

    /** Checks that a superblock is at {@code at}, of any device. Returns null when it is. */
    public Mismatch check(ByteBuffer buffer, int at, long location) {
        Mismatch mismatch = block.checkSeal(buffer, at, MAGIC, VERSION, LENGTH, LENGTH);
        return mismatch != null ? mismatch : block.checkPlace(buffer, at, device(buffer, at), location, 0);
    }

    /** What a checked superblock says. */
    public Superblock read(ByteBuffer buffer, int at) {
        return new Superblock(
                device(buffer, at),
                buffer.getLong(at + OPENING_OFFSET),
                buffer.getLong(at + ZONE_BYTES_OFFSET),
                buffer.getInt(at + ZONES_OFFSET),
                buffer.getInt(at + BLOCK_OFFSET),
                buffer.getInt(at + SLAB_BYTES_OFFSET),
                buffer.getInt(at + FIRST_METADATA_OFFSET),
                buffer.getInt(at + SECOND_METADATA_OFFSET),
                buffer.getLong(at + FORMATTED_AT_OFFSET));
    }

    private static DeviceIdentity device(ByteBuffer buffer, int at) {
        return new DeviceIdentity(
                buffer.getLong(at + SealedBlock.DEVICE_HIGH_OFFSET),
                buffer.getLong(at + SealedBlock.DEVICE_LOW_OFFSET));
    }
}
