package io.znsslab.tier.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The first block of a zoned device file, and its last. Little-endian.
 *
 * <pre>
 *    0               8       12      16
 *   +---------------+-------+-------+
 *   | magic         |version|length |     magic: it is ours; version: a later format is refused, not misread
 *   +---------------+-------+-------+
 *   | zoneBytes     | capacityBytes |     the shape: a file of another shape would map offsets wrongly
 *   +-------+-------+-------+-------+
 *   | zones | conv. | block | open  |
 *   +-------+-------+-------+-------+
 *   | active| crc32c|                     CRC of bytes 0 to 52: a torn or foreign header
 *   +-------+-------+
 * </pre>
 *
 * <pre>
 *   | header | zone table | ... | zones | zone table | header |
 * </pre>
 *
 * <p>From {@link #TABLE_OFFSET} on follows the zone table ({@link ZoneEntryLayout}), then, from {@link #dataOffset} on,
 * the zones. The copies of table and header at the end are as far from the first as can be: what damages one, a
 * misdirected write or a bad sector, spares the other. Files of version 1 end with the zones; they get copies when
 * their table is first written.
 */
final class FileHeaderLayout {
    static final long MAGIC = 0x31454C4946534E5AL; // "ZNSFILE1"
    static final int VERSION = 2;
    /** The version without copies. */
    static final int SINGLE_COPY_VERSION = 1;

    static final int BLOCK_BYTES = 4096;
    static final long TABLE_OFFSET = BLOCK_BYTES;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int LENGTH_OFFSET = 12;
    private static final int ZONE_BYTES_OFFSET = 16;
    private static final int CAPACITY_OFFSET = 24;
    private static final int ZONES_OFFSET = 32;
    private static final int CONVENTIONAL_OFFSET = 36;
    private static final int BLOCK_OFFSET = 40;
    private static final int OPEN_OFFSET = 44;
    private static final int ACTIVE_OFFSET = 48;
    private static final int CRC_OFFSET = 52;
    private static final int LENGTH = 56;
    /** Zones start at a multiple of this, so that large aligned transfers stay aligned on the medium. */
    private static final long DATA_ALIGNMENT = 1 << 20;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private FileHeaderLayout() {}

    static long tableBytes(int zones) {
        long perBlock = BLOCK_BYTES / ZoneEntryLayout.LENGTH;
        return (zones + perBlock - 1) / perBlock * BLOCK_BYTES;
    }

    static long dataOffset(int zones) {
        long end = TABLE_OFFSET + tableBytes(zones);
        return (end + DATA_ALIGNMENT - 1) / DATA_ALIGNMENT * DATA_ALIGNMENT;
    }

    /** File offset of the table's copy in a file of that shape. */
    static long copyOffset(FileGeometry shape) {
        return dataOffset(shape.zoneCount()) + shape.zoneBytes() * shape.zoneCount();
    }

    /** Length of a file of that shape, without copies or with them. */
    static long fileBytes(FileGeometry shape, int version) {
        long copies = version == SINGLE_COPY_VERSION ? 0 : tableBytes(shape.zoneCount()) + BLOCK_BYTES;
        return copyOffset(shape) + copies;
    }

    static void write(MemorySegment block, FileGeometry geometry, int version) {
        block.fill((byte) 0);
        block.set(LONG, MAGIC_OFFSET, MAGIC);
        block.set(INT, VERSION_OFFSET, version);
        block.set(INT, LENGTH_OFFSET, LENGTH);
        block.set(LONG, ZONE_BYTES_OFFSET, geometry.zoneBytes());
        block.set(LONG, CAPACITY_OFFSET, geometry.zoneCapacityBytes());
        block.set(INT, ZONES_OFFSET, geometry.zoneCount());
        block.set(INT, CONVENTIONAL_OFFSET, geometry.conventionalZones());
        block.set(INT, BLOCK_OFFSET, geometry.blockBytes());
        block.set(INT, OPEN_OFFSET, geometry.maxOpenZones());
        block.set(INT, ACTIVE_OFFSET, geometry.maxActiveZones());
        block.set(INT, CRC_OFFSET, crc(block));
    }

    /** Format version of a header that was read. */
    static int version(MemorySegment block) {
        return block.get(INT, VERSION_OFFSET);
    }

    /** Whether the block is a header that {@link #write} made. */
    static boolean isValid(MemorySegment block) {
        int version = version(block);
        return block.get(LONG, MAGIC_OFFSET) == MAGIC
                && (version == VERSION || version == SINGLE_COPY_VERSION)
                && block.get(INT, LENGTH_OFFSET) == LENGTH
                && block.get(INT, CRC_OFFSET) == crc(block);
    }

    /** Whether the block begins as a header does. */
    static boolean isOurs(MemorySegment block) {
        return block.get(LONG, MAGIC_OFFSET) == MAGIC;
    }

    /** Reads a header that {@link #write} made; anything else is refused by name. */
    static FileGeometry read(MemorySegment block, String path) {
        if (block.get(LONG, MAGIC_OFFSET) != MAGIC) {
            throw new DeviceException(
                    DeviceException.Problem.NOT_ZONED,
                    path
                            + " is not a zoned device file: it does not start with the magic number of one. "
                            + "Name a file that does not exist yet to have one made");
        }
        int version = version(block);
        if (version != VERSION && version != SINGLE_COPY_VERSION) {
            throw new DeviceException(
                    DeviceException.Problem.FOREIGN,
                    path + " is a zoned device file of format version " + version + "; this program knows versions "
                            + SINGLE_COPY_VERSION + " and " + VERSION);
        }
        if (block.get(INT, LENGTH_OFFSET) != LENGTH || block.get(INT, CRC_OFFSET) != crc(block)) {
            throw new DeviceException(
                    DeviceException.Problem.CORRUPT,
                    "the header of the zoned device file " + path + " is damaged: its checksum does not match");
        }
        try {
            return new FileGeometry(
                    block.get(LONG, ZONE_BYTES_OFFSET),
                    block.get(LONG, CAPACITY_OFFSET),
                    block.get(INT, ZONES_OFFSET),
                    block.get(INT, CONVENTIONAL_OFFSET),
                    block.get(INT, BLOCK_OFFSET),
                    new ZoneLimits(block.get(INT, OPEN_OFFSET), block.get(INT, ACTIVE_OFFSET)));
        } catch (IllegalArgumentException e) {
            throw new DeviceException(
                    DeviceException.Problem.CORRUPT,
                    "the header of the zoned device file " + path + " makes no sense: " + e.getMessage(),
                    e);
        }
    }

    private static int crc(MemorySegment block) {
        CRC32C crc = new CRC32C();
        crc.update(block.asSlice(0, CRC_OFFSET).asByteBuffer());
        return (int) crc.getValue();
    }
}
