package io.znsslab.tier.format;

import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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
 *   +-------+---+---+-------+-------+     coun: number of images. ew: 64-bit words of a bitmap of kind 0
 *   | sequence      |slab B.|previo.|     sequence: of two images of one slab, which is newer. slab B.: a tier opened
 *   +---------------+-------+-------+               with another slab size. previo.: location of the one before in the
 *   | entry 0 ...                   |               zone, 0 for none: from the last one all are found
 *
 *    entry: 28 bytes and the bitmap, rounded up to 8; entries of kind 0 and 1 may follow each other in any order
 *   +-------+-+-+---+-------+-------+     as in the image's header, whose checksum is repeated: of image and summary,
 *   |slab id|c|k|liv|baseGen|lastGen|     which is the damaged one. liv: number of live slots
 *   +-------+-+-+---+-------+-------+
 *   | epoch         | crc32c| 0     |
 *   +---------------+-------+-------+
 *   | live slots: 1 to 4 words      |     bit i of word i / 64 stands for slot i; ew words, or 4 for kind 1, where the
 *   +-------------------------------+     slot of an object is its first granule
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
    private final SlabShape shape;
    private final int slabBytes;
    private final int bitmapWords;
    /** Where each entry of the summary begins that is being written, or was checked last, and the last one ends. */
    private final int[] entries;

    private int count;

    /** Makes a layout for the summaries, on one device, of slabs of that shape. Not thread-safe. */
    public ExtentSummaryLayout(DeviceIdentity device, SlabShape shape) {
        this.device = device;
        this.shape = shape;
        this.slabBytes = shape.slabBytes();
        bitmapWords = shape.bitmapWords();
        entries = new int[capacity() + 1];
        entries[0] = ENTRIES_OFFSET;
    }

    /** The most images that one summary can describe: fewer where some are of packed slabs, see {@link #hasRoomFor}. */
    public int capacity() {
        return (BLOCK_BYTES - ENTRIES_OFFSET) / entryBytes(bitmapWords);
    }

    private static int entryBytes(int words) {
        return ENTRY_BITMAP + words * Long.BYTES;
    }

    private int bitmapWords(byte kind) {
        return kind == SlabKind.PACKED ? shape.bitmapWords(shape.packedClass()) : bitmapWords;
    }

    /** Starts a summary without entries. */
    public void begin(ByteBuffer buffer, int at) {
        count = 0;
        for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
            buffer.putLong(at + i, 0L);
        }
    }

    /** Whether the summary that is being written has room for an entry of a slab of that class. */
    public boolean hasRoomFor(int sizeClass) {
        return entries[count] + entryBytes(shape.bitmapWords(sizeClass)) <= BLOCK_BYTES;
    }

    /** Adds an entry, for which there must be room. */
    public void entry(
            ByteBuffer buffer,
            int at,
            long slabId,
            int sizeClass,
            long epoch,
            int baseGeneration,
            int lastGeneration,
            int crc,
            int liveCount,
            long[] live) {
        byte kind = SlabKind.of(sizeClass, shape);
        int entry = at + entries[count];
        int words = bitmapWords(kind);
        entries[count + 1] = entries[count] + entryBytes(words);
        count++;
        buffer.putInt(entry + ENTRY_SLAB_ID, (int) slabId);
        buffer.put(entry + ENTRY_CLASS, (byte) sizeClass);
        buffer.put(entry + ENTRY_KIND, kind);
        buffer.putShort(entry + ENTRY_LIVE_COUNT, (short) liveCount);
        buffer.putInt(entry + ENTRY_BASE_GENERATION, baseGeneration);
        buffer.putInt(entry + ENTRY_LAST_GENERATION, lastGeneration);
        buffer.putLong(entry + ENTRY_EPOCH, epoch);
        buffer.putInt(entry + ENTRY_CRC, crc);
        buffer.putInt(entry + ENTRY_UNUSED, 0);
        for (int word = 0; word < words; word++) {
            buffer.putLong(entry + ENTRY_BITMAP + word * Long.BYTES, live[word]);
        }
    }

    /**
     * Completes the summary that is being written; {@code previous} is the location of the summary before it in the
     * zone, or 0.
     */
    public void seal(ByteBuffer buffer, int at, long location, long incarnation, long sequence, long previous) {
        block.begin(buffer, at, MAGIC, VERSION, entries[count], device, location, incarnation);
        buffer.putShort(at + COUNT_OFFSET, (short) count);
        buffer.putShort(at + BITMAP_WORDS_OFFSET, (short) bitmapWords);
        buffer.putLong(at + SEQUENCE_OFFSET, sequence);
        buffer.putInt(at + SLAB_BYTES_OFFSET, slabBytes);
        buffer.putInt(at + PREVIOUS_OFFSET, (int) previous);
        block.seal(buffer, at);
    }

    /**
     * Checks that a summary, written at that location in that incarnation, is at {@code at}. Returns null when it is:
     * then its entries can be read, until another summary is checked or written.
     */
    public @Nullable Mismatch check(ByteBuffer buffer, int at, long location, long incarnation) {
        Mismatch mismatch = block.checkSeal(buffer, at, MAGIC, VERSION, ENTRIES_OFFSET, BLOCK_BYTES);
        if (mismatch == null) {
            mismatch = block.checkLocation(buffer, at, device, location, incarnation);
        }
        if (mismatch != null) {
            return mismatch;
        }
        boolean consistent = buffer.getInt(at + SLAB_BYTES_OFFSET) == slabBytes
                && Short.toUnsignedInt(buffer.getShort(at + BITMAP_WORDS_OFFSET)) == bitmapWords
                && findEntries(buffer, at);
        return consistent ? null : Mismatch.FIELDS;
    }

    /** Finds out where the entries are; false if they do not end where the summary does, or kind contradicts class. */
    private boolean findEntries(ByteBuffer buffer, int at) {
        int length = buffer.getInt(at + SealedBlock.LENGTH_OFFSET);
        int found = 0;
        while (entries[found] + ENTRY_BITMAP <= length && found < capacity()) {
            int entry = at + entries[found];
            byte kind = buffer.get(entry + ENTRY_KIND);
            if (kind != SlabKind.of(Byte.toUnsignedInt(buffer.get(entry + ENTRY_CLASS)), shape)) {
                return false;
            }
            entries[found + 1] = entries[found] + entryBytes(bitmapWords(kind));
            found++;
        }
        count = found;
        return found == count(buffer, at) && entries[found] == length;
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

    /** Size class of an entry, or the class of packed slabs. */
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
        int words = bitmapWords(buffer.get(entry(at, index) + ENTRY_KIND));
        for (int word = 0; word < into.length; word++) {
            into[word] = word < words ? buffer.getLong(entry(at, index) + ENTRY_BITMAP + word * Long.BYTES) : 0;
        }
        return Short.toUnsignedInt(buffer.getShort(entry(at, index) + ENTRY_LIVE_COUNT));
    }

    private int entry(int at, int index) {
        return at + entries[index];
    }
}
