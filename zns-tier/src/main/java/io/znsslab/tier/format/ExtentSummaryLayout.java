package io.znsslab.tier.format;

import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;

/**
 * The block at the end of an extent that says what is in it, so that recovery and garbage collection read one block
 * instead of all.
 *
 * <pre>
 *    0       4 5     8       12      16
 *   +-------+-+-----+-------+-------+     "ZSLX"; length: header and entries
 *   | magic |v| 0   | length| crc32c|
 *   +-------+-+-----+-------+-------+
 *   | device UUID                   |
 *   +-------+-------+---------------+     location: the summary's own; the images lie right before it,
 *   |locat'n|coun ew| incarnation   |     so the first is at location - count * slab size
 *   +-------+---+---+-------+-------+     coun: number of images. ew: 64-bit words of each entry's bitmap
 *   | sequence      |slab B.|previo.|     sequence: of two images of one slab, which is newer. slab B.: a tier opened
 *   +---------------+-------+-------+               with another slab size. previo.: location of the one before in the
 *   | entry 0 ...                   |               zone, 0 for none: from the last one all are found
 *
 *    entry: 28 bytes and the bitmap, rounded up to 8
 *   +-------+-+-+---+-------+-------+     as in the image's header, whose checksum is repeated: of image and summary,
 *   |slab id|c|k|liv|baseGen|lastGen|     which is the damaged one. liv: number of live slots
 *   +-------+-+-+---+-------+-------+
 *   | epoch         | crc32c| 0     |
 *   +---------------+-------+-------+
 *   | live slots: 1 to 4 words      |     bit i of word i / 64 stands for slot i
 *   +-------------------------------+
 * </pre>
 */
public final class ExtentSummaryLayout {
    /** Bytes of a summary on the device. */
    public static final int BLOCK_BYTES = SealedBlock.LOCATION_BYTES;

    static final int MAGIC = 0x584C535A;
    static final int VERSION = 1;
    private static final int COUNT_OFFSET = 36;
    private static final int BITMAP_WORDS_OFFSET = 38;
    private static final int SEQUENCE_OFFSET = 48;
    private static final int SLAB_BYTES_OFFSET = 56;
    private static final int PREVIOUS_OFFSET = 60;
    private static final int ENTRIES_OFFSET = 64;

    private static final int ENTRY_SLAB_ID = 0;
    private static final int ENTRY_CLASS = 4;
    private static final int ENTRY_KIND = 5;
    private static final int ENTRY_LIVE_COUNT = 6;
    private static final int ENTRY_BASE_GENERATION = 8;
    private static final int ENTRY_LAST_GENERATION = 12;
    private static final int ENTRY_EPOCH = 16;
    private static final int ENTRY_CRC = 24;
    private static final int ENTRY_UNUSED = 28;
    private static final int ENTRY_BITMAP = 32;

    private final SealedBlock block = new SealedBlock();
    private final DeviceIdentity device;
    private final int slabBytes;
    private final int bitmapWords;
    private final int entryBytes;

    /**
     * Makes a layout for the summaries on one device. Not thread-safe.
     *
     * @param slotsOfASlab the most slots that any size class has, 1 to 256
     */
    public ExtentSummaryLayout(DeviceIdentity device, int slabBytes, int slotsOfASlab) {
        this.device = device;
        this.slabBytes = slabBytes;
        bitmapWords = (slotsOfASlab + Long.SIZE - 1) / Long.SIZE;
        entryBytes = ENTRY_BITMAP + bitmapWords * Long.BYTES;
    }

    /** Makes a layout for summaries, on one device, of slabs of that shape. */
    public static ExtentSummaryLayout of(DeviceIdentity device, SlabShape shape) {
        int mostSlots = 1;
        for (int sizeClass = 0; sizeClass < shape.sizeClasses(); sizeClass++) {
            mostSlots = Math.max(mostSlots, shape.slots(sizeClass));
        }
        return new ExtentSummaryLayout(device, shape.slabBytes(), mostSlots);
    }

    /** The most images that one summary can describe. */
    public int capacity() {
        return (BLOCK_BYTES - ENTRIES_OFFSET) / entryBytes;
    }

    /** Starts a summary without entries. */
    public void begin(ByteBuffer buffer, int at) {
        for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
            buffer.putLong(at + i, 0L);
        }
    }

    /** Fills entry {@code index}. */
    public void entry(
            ByteBuffer buffer,
            int at,
            int index,
            long slabId,
            int sizeClass,
            long epoch,
            int baseGeneration,
            int lastGeneration,
            int crc,
            int liveCount,
            long[] live) {
        int entry = at + ENTRIES_OFFSET + index * entryBytes;
        buffer.putInt(entry + ENTRY_SLAB_ID, (int) slabId);
        buffer.put(entry + ENTRY_CLASS, (byte) sizeClass);
        buffer.put(entry + ENTRY_KIND, (byte) 0);
        buffer.putShort(entry + ENTRY_LIVE_COUNT, (short) liveCount);
        buffer.putInt(entry + ENTRY_BASE_GENERATION, baseGeneration);
        buffer.putInt(entry + ENTRY_LAST_GENERATION, lastGeneration);
        buffer.putLong(entry + ENTRY_EPOCH, epoch);
        buffer.putInt(entry + ENTRY_CRC, crc);
        buffer.putInt(entry + ENTRY_UNUSED, 0);
        for (int word = 0; word < bitmapWords; word++) {
            buffer.putLong(entry + ENTRY_BITMAP + word * Long.BYTES, live[word]);
        }
    }

    /**
     * Completes a summary whose {@code count} entries are filled; {@code previous} is the location of the summary
     * before it in the zone, or 0.
     */
    public void seal(
            ByteBuffer buffer, int at, long location, long incarnation, long sequence, long previous, int count) {
        block.begin(buffer, at, MAGIC, VERSION, ENTRIES_OFFSET + count * entryBytes, device, location, incarnation);
        buffer.putShort(at + COUNT_OFFSET, (short) count);
        buffer.putShort(at + BITMAP_WORDS_OFFSET, (short) bitmapWords);
        buffer.putLong(at + SEQUENCE_OFFSET, sequence);
        buffer.putInt(at + SLAB_BYTES_OFFSET, slabBytes);
        buffer.putInt(at + PREVIOUS_OFFSET, (int) previous);
        block.seal(buffer, at);
    }

    /**
     * Checks that a summary, written at that location in that incarnation, is at {@code at}. Returns null when it is.
     */
    public Mismatch check(ByteBuffer buffer, int at, long location, long incarnation) {
        Mismatch mismatch = block.checkSeal(buffer, at, MAGIC, VERSION, ENTRIES_OFFSET, BLOCK_BYTES);
        if (mismatch == null) {
            mismatch = block.checkLocation(buffer, at, device, location, incarnation);
        }
        if (mismatch != null) {
            return mismatch;
        }
        boolean consistent = buffer.getInt(at + SLAB_BYTES_OFFSET) == slabBytes
                && Short.toUnsignedInt(buffer.getShort(at + BITMAP_WORDS_OFFSET)) == bitmapWords
                && buffer.getInt(at + SealedBlock.LENGTH_OFFSET) == ENTRIES_OFFSET + count(buffer, at) * entryBytes;
        return consistent ? null : Mismatch.FIELDS;
    }

    /** Number of images that a checked summary describes. */
    public static int count(ByteBuffer buffer, int at) {
        return Short.toUnsignedInt(buffer.getShort(at + COUNT_OFFSET));
    }

    /** Position of the extent in the order of writing, over the whole device. */
    public static long sequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE_OFFSET);
    }

    /** Location of the summary before a checked one in its zone; 0 when it is the first. */
    public static long previous(ByteBuffer buffer, int at) {
        return Integer.toUnsignedLong(buffer.getInt(at + PREVIOUS_OFFSET));
    }

    /** Slab id of a checked summary's entry. */
    public long slabId(ByteBuffer buffer, int at, int index) {
        return Integer.toUnsignedLong(buffer.getInt(entry(at, index) + ENTRY_SLAB_ID));
    }

    /** Size class of an entry. */
    public int sizeClass(ByteBuffer buffer, int at, int index) {
        return Byte.toUnsignedInt(buffer.get(entry(at, index) + ENTRY_CLASS));
    }

    /** Epoch of an entry. */
    public long epoch(ByteBuffer buffer, int at, int index) {
        return buffer.getLong(entry(at, index) + ENTRY_EPOCH);
    }

    /** Base generation of an entry. */
    public int baseGeneration(ByteBuffer buffer, int at, int index) {
        return buffer.getInt(entry(at, index) + ENTRY_BASE_GENERATION);
    }

    /** Last generation of an entry. */
    public int lastGeneration(ByteBuffer buffer, int at, int index) {
        return buffer.getInt(entry(at, index) + ENTRY_LAST_GENERATION);
    }

    /** Checksum of the image that an entry describes. */
    public int crc(ByteBuffer buffer, int at, int index) {
        return buffer.getInt(entry(at, index) + ENTRY_CRC);
    }

    /** Copies an entry's bitmap of live slots; returns their number. */
    public int liveSlots(ByteBuffer buffer, int at, int index, long[] into) {
        for (int word = 0; word < bitmapWords; word++) {
            into[word] = buffer.getLong(entry(at, index) + ENTRY_BITMAP + word * Long.BYTES);
        }
        return Short.toUnsignedInt(buffer.getShort(entry(at, index) + ENTRY_LIVE_COUNT));
    }

    private int entry(int at, int index) {
        return at + ENTRIES_OFFSET + index * entryBytes;
    }
}
