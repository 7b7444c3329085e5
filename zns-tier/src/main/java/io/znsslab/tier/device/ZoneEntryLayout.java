package io.znsslab.tier.device;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One zone's entry in the table of a zoned device file. Little-endian. 32 bytes divide a sector, so no entry is ever
 * torn by a power cut.
 *
 * <pre>
 *    0       4       8               16
 *   +-------+-------+---------------+
 *   | zone  | state | written bytes |     zone: an entry in another's place; state: by NVMe's numbers
 *   +-------+-------+-------+-------+
 *   | change        | 0     | crc32c|     change: the newer of two copies; CRC of bytes 0 to 28: rot
 *   +---------------+-------+-------+
 * </pre>
 *
 * <p>Changes are counted in the order in which they are written, over the whole table; 0 in files of format version 1,
 * which have one copy.
 */
final class ZoneEntryLayout {
    static final int LENGTH = 32;

    private static final int ZONE_OFFSET = 0;
    private static final int CONDITION_OFFSET = 4;
    private static final int WRITTEN_OFFSET = 8;
    private static final int CHANGE_OFFSET = 16;
    /** The checksum covers all bytes before it. */
    static final int CRC_OFFSET = 28;

    private static final ZoneCondition[] BY_CODE = new ZoneCondition[16];

    static {
        for (ZoneCondition condition : ZoneCondition.values()) {
            BY_CODE[code(condition)] = condition;
        }
    }

    private ZoneEntryLayout() {}

    /**
     * Writes a zone's entry as number {@code index} of a table, or of a part of one.
     *
     * @param part little-endian, as all buffers here
     */
    static void write(ByteBuffer part, int index, int zone, ZoneCondition condition, long writtenBytes, long change) {
        int entry = index * LENGTH;
        part.putInt(entry + ZONE_OFFSET, zone);
        part.putInt(entry + CONDITION_OFFSET, code(condition));
        part.putLong(entry + WRITTEN_OFFSET, writtenBytes);
        part.putLong(entry + CHANGE_OFFSET, change);
        part.putInt(entry + CHANGE_OFFSET + Long.BYTES, 0);
        part.putInt(entry + CRC_OFFSET, crc(part, entry, new CRC32C()));
    }

    @Nullable
    static ZoneCondition condition(ByteBuffer table, int zone) {
        return condition(table.getInt(zone * LENGTH + CONDITION_OFFSET));
    }

    /** The condition that a number stands for; null when it stands for none. */
    @Nullable
    static ZoneCondition condition(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }

    static long writtenBytes(ByteBuffer table, int zone) {
        return table.getLong(zone * LENGTH + WRITTEN_OFFSET);
    }

    // Zone states of the NVMe ZNS command set 1.1, figure 37; 0 is Linux' BLK_ZONE_COND_NOT_WP.
    private static int code(ZoneCondition condition) {
        return switch (condition) {
            case NOT_WRITE_POINTER -> 0x0;
            case EMPTY -> 0x1;
            case IMPLICIT_OPEN -> 0x2;
            case EXPLICIT_OPEN -> 0x3;
            case CLOSED -> 0x4;
            case READ_ONLY -> 0xD;
            case FULL -> 0xE;
            case OFFLINE -> 0xF;
        };
    }

    private static int crc(ByteBuffer table, int entry, CRC32C crc) {
        crc.reset();
        crc.update(table.limit(entry + CRC_OFFSET).position(entry));
        table.clear();
        return (int) crc.getValue();
    }
}
