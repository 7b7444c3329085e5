package io.znsslab.tier.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries of a zone table in batches: tables have up to a million, and opening a file reads each once, in a
 * program that has just been started. Two copies of memory bring a batch into arrays, where the checks run. For one
 * thread.
 */
final class ZoneEntryBatch {
    /** Entries in a batch. */
    static final int MOST = 2048;

    private static final int LENGTH = ZoneEntryLayout.LENGTH;
    private static final int WORDS = LENGTH / Long.BYTES;
    private static final int CRC_OFFSET = ZoneEntryLayout.CRC_OFFSET;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes = new byte[MOST * LENGTH];
    private final long[] words = new long[MOST * WORDS];
    private final CRC32C crc = new CRC32C();
    private int first;

    /** Loads a table's entries of so many zones. */
    void load(MemorySegment table, int firstZone, int zones) {
        first = firstZone;
        long offset = (long) firstZone * LENGTH;
        MemorySegment.copy(table, ValueLayout.JAVA_BYTE, offset, bytes, 0, zones * LENGTH);
        MemorySegment.copy(table, WORD, offset, words, 0, zones * WORDS);
    }

    /** Whether the entry is one that {@link ZoneEntryLayout#write} made for this zone. */
    boolean isValid(int zone) {
        int word = wordOf(zone);
        int entry = (zone - first) * LENGTH;
        crc.reset();
        crc.update(bytes, entry, CRC_OFFSET);
        return (int) words[word] == zone
                && (int) crc.getValue() == (int) (words[word + 3] >>> Integer.SIZE)
                && condition(zone) != null
                && writtenBytes(zone) >= 0;
    }

    /** The condition in a zone's entry; null when the number stands for none. */
    @Nullable
    ZoneCondition condition(int zone) {
        return ZoneEntryLayout.condition((int) (words[wordOf(zone)] >>> Integer.SIZE));
    }

    long writtenBytes(int zone) {
        return words[wordOf(zone) + 1];
    }

    long change(int zone) {
        return words[wordOf(zone) + 2];
    }

    private int wordOf(int zone) {
        return (zone - first) * WORDS;
    }
}
