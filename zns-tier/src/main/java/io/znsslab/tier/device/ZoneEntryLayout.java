package io.znsslab.tier.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

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
 * <p>Changes are counted in the order in which they are written, over the whole table; 0 in files of format version
 * 1, which have one copy.
 */
final class ZoneEntryLayout {
    static final int LENGTH = 32;

    private static final int ZONE_OFFSET = 0;
    private static final int CONDITION_OFFSET = 4;
    private static final int WRITTEN_OFFSET = 8;
    private static final int CHANGE_OFFSET = 16;
    private static final int CRC_OFFSET = 28;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private ZoneEntryLayout() {}

    /** Writes a zone's entry as number {@code index} of a table, or of a part of one. */
    static void write(
            MemorySegment part, int index, int zone, ZoneCondition condition, long writtenBytes, long change) {
        MemorySegment entry = part.asSlice((long) index * LENGTH, LENGTH);
        entry.fill((byte) 0);
        entry.set(INT, ZONE_OFFSET, zone);
        entry.set(INT, CONDITION_OFFSET, code(condition));
        entry.set(LONG, WRITTEN_OFFSET, writtenBytes);
        entry.set(LONG, CHANGE_OFFSET, change);
        entry.set(INT, CRC_OFFSET, crc(entry));
    }

    /** Whether the entry is one that {@link #write} made for this zone. */
    static boolean isValid(MemorySegment table, int zone) {
        MemorySegment entry = table.asSlice((long) zone * LENGTH, LENGTH);
        return entry.get(INT, ZONE_OFFSET) == zone
                && entry.get(INT, CRC_OFFSET) == crc(entry)
                && condition(entry.get(INT, CONDITION_OFFSET)) != null
                && entry.get(LONG, WRITTEN_OFFSET) >= 0;
    }

    static ZoneCondition condition(MemorySegment table, int zone) {
        return condition(table.get(INT, (long) zone * LENGTH + CONDITION_OFFSET));
    }

    static long writtenBytes(MemorySegment table, int zone) {
        return table.get(LONG, (long) zone * LENGTH + WRITTEN_OFFSET);
    }

    static long change(MemorySegment table, int zone) {
        return table.get(LONG, (long) zone * LENGTH + CHANGE_OFFSET);
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

    private static ZoneCondition condition(int code) {
        for (ZoneCondition condition : ZoneCondition.values()) {
            if (code(condition) == code) {
                return condition;
            }
        }
        return null;
    }

    private static int crc(MemorySegment entry) {
        CRC32C crc = new CRC32C();
        crc.update(entry.asSlice(0, CRC_OFFSET).asByteBuffer());
        return (int) crc.getValue();
    }
}
