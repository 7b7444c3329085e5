package io.znsslab.tier.format;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The first block of each zone of the log, written twice, as all blocks of the log are. It says that the device holds a
 * store of this program, how the device was formatted, and which part of the log the zone holds.
 *
 * <pre>
 *    0       4 5     8       12      16
 *   +-------+-+-----+-------+-------+     "ZSLS"
 *   | magic |v| 0   | length| crc32c|
 *   +-------+-+-----+-------+-------+
 *   | device UUID                   |
 *   +-------+-------+---------------+     incarnation: the region. The log's blocks repeat it: one of an earlier region
 *   |locat'n| 0     | incarnation   |           in the same zone is no part of this one
 *   +-------+-------+---------------+     opening: upper half of the incarnations of data zones until the next one
 *   | opening       | zoneBytes     |     zoneBytes, zones, block: a device that was resized, or formatted anew
 *   +-------+-------+-------+-------+     slab B.: an allocator with another slab size
 *   | zones | block |slab B.|inRegn.|     inRegn.: the zone's position in the region: a zone that is missing
 *   +-------+-------+-------+-------+     regionZ: zones set aside for a region, so that a checkpoint always fits
 *   |regionZ| first | formatted at  |     first: number of the opening that formatted it; 0 means 1
 *   +-------+-------+---------------+     formatted at: for people
 * </pre>
 */
public final class SuperblockLayout {
    /** Bytes that a superblock takes on the device. */
    public static final int BLOCK_BYTES = SealedBlock.LOCATION_BYTES;

    static final int MAGIC = 0x534C535A;
    /** The version of all that lies on the device: a program that knows another version must not read this log. */
    public static final int VERSION = 7;
    /**
     * The oldest version that is read as well, whose log says less about what was issued. Version 4 knows no packed
     * slabs, version 5 no root, version 6 no epochs that expire; else they are the same.
     */
    private static final int OLDEST_VERSION = 3;

    private static final int OPENING_OFFSET = 48;
    private static final int ZONE_BYTES_OFFSET = 56;
    private static final int ZONES_OFFSET = 64;
    private static final int BLOCK_OFFSET = 68;
    private static final int SLAB_BYTES_OFFSET = 72;
    private static final int ZONE_OF_REGION_OFFSET = 76;
    private static final int REGION_ZONES_OFFSET = 80;
    private static final int FIRST_OPENING_OFFSET = 84;
    private static final int FORMATTED_AT_OFFSET = 88;
    private static final int LENGTH = 96;

    private final SealedBlock block = new SealedBlock();

    /** Makes a layout for superblocks of any device. Not thread-safe. */
    public SuperblockLayout() {}

    /** Writes a superblock. */
    public void seal(ByteBuffer buffer, int at, long location, Superblock superblock) {
        for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
            buffer.putLong(at + i, 0L);
        }
        block.begin(buffer, at, MAGIC, VERSION, LENGTH, superblock.device(), location, superblock.region());
        buffer.putLong(at + OPENING_OFFSET, superblock.opening());
        buffer.putLong(at + ZONE_BYTES_OFFSET, superblock.zoneBytes());
        buffer.putInt(at + ZONES_OFFSET, superblock.zoneCount());
        buffer.putInt(at + BLOCK_OFFSET, superblock.blockBytes());
        buffer.putInt(at + SLAB_BYTES_OFFSET, superblock.slabBytes());
        buffer.putInt(at + ZONE_OF_REGION_OFFSET, superblock.zoneOfRegion());
        buffer.putInt(at + REGION_ZONES_OFFSET, superblock.regionZones());
        buffer.putInt(at + FIRST_OPENING_OFFSET, (int) superblock.firstOpening());
        buffer.putLong(at + FORMATTED_AT_OFFSET, superblock.formattedAtSeconds());
        block.seal(buffer, at);
    }

    /** Checks that a superblock, of any device, is at {@code at}. Returns null when it is. */
    public @Nullable Mismatch check(ByteBuffer buffer, int at, long location) {
        int version = version(buffer, at);
        Mismatch mismatch = block.checkSeal(buffer, at, MAGIC, isRead(version) ? version : VERSION, LENGTH, LENGTH);
        return mismatch != null
                ? mismatch
                : block.checkLocation(buffer, at, device(buffer, at), location, SealedBlock.incarnation(buffer, at));
    }

    /**
     * The format version of a sound superblock that another version of this program wrote; 0 if the block is none. No
     * other field of such a superblock can be read.
     */
    public int otherVersion(ByteBuffer buffer, int at) {
        int version = version(buffer, at);
        boolean sound = block.checkSeal(buffer, at, MAGIC, version, SealedBlock.HEADER_BYTES, BLOCK_BYTES) == null;
        return sound && !isRead(version) ? version : 0;
    }

    /** Whether a checked superblock is of the version that this program writes. */
    public static boolean isOfThisVersion(ByteBuffer buffer, int at) {
        return version(buffer, at) == VERSION;
    }

    private static int version(ByteBuffer buffer, int at) {
        return Byte.toUnsignedInt(buffer.get(at + SealedBlock.VERSION_OFFSET));
    }

    private static boolean isRead(int version) {
        return version >= OLDEST_VERSION && version <= VERSION;
    }

    /** What a checked superblock says. */
    public Superblock read(ByteBuffer buffer, int at) {
        return new Superblock(
                device(buffer, at),
                buffer.getLong(at + OPENING_OFFSET),
                SealedBlock.incarnation(buffer, at),
                buffer.getInt(at + ZONE_OF_REGION_OFFSET),
                buffer.getInt(at + REGION_ZONES_OFFSET),
                buffer.getLong(at + ZONE_BYTES_OFFSET),
                buffer.getInt(at + ZONES_OFFSET),
                buffer.getInt(at + BLOCK_OFFSET),
                buffer.getInt(at + SLAB_BYTES_OFFSET),
                buffer.getLong(at + FORMATTED_AT_OFFSET),
                Math.max(1, Integer.toUnsignedLong(buffer.getInt(at + FIRST_OPENING_OFFSET))));
    }

    private static DeviceIdentity device(ByteBuffer buffer, int at) {
        return new DeviceIdentity(
                buffer.getLong(at + SealedBlock.DEVICE_HIGH_OFFSET),
                buffer.getLong(at + SealedBlock.DEVICE_LOW_OFFSET));
    }
}
