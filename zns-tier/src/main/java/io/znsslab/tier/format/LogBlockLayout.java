package io.znsslab.tier.format;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A block of the checkpoint log: records, each of which says how something is now. Written twice, side by side, so that
 * one damaged copy costs nothing.
 *
 * <pre>
 *    0       4 5     8       12      16
 *   +-------+-+-----+-------+-------+     "ZSLG"; length: header and records
 *   | magic |v| 0   | length| crc32c|
 *   +-------+-+-----+-------+-------+
 *   | device UUID                   |
 *   +-------+-------+---------------+     location: of the first of the two copies. incarnation: the region
 *   |locat'n| 0     | incarnation   |
 *   +-------+-------+---------------+     sequence: position in the region: a block that is missing
 *   | sequence      | durable       |     durable: blocks of the region below this were durable when this was made:
 *   +---------------+---------------+              if one of them is unreadable it is damaged; one above may be torn
 *   | records ...                   |
 * </pre>
 *
 * <p>{@link LogRecordLayout} draws the records.
 */
public final class LogBlockLayout {
    /** Bytes of a block. */
    public static final int BLOCK_BYTES = SealedBlock.LOCATION_BYTES;
    /** Where records begin. */
    public static final int RECORDS_OFFSET = 64;

    static final int MAGIC = 0x474C535A;
    static final int VERSION = 3;
    /** The version without the records of what was issued and raised, which is read as well. */
    private static final int VERSION_BEFORE = 2;

    private static final int SEQUENCE_OFFSET = 48;
    private static final int DURABLE_OFFSET = 56;

    private final SealedBlock block = new SealedBlock();
    private final DeviceIdentity device;

    /** Makes a layout for the blocks on one device. Not thread-safe. */
    public LogBlockLayout(DeviceIdentity device) {
        this.device = device;
    }

    /** Completes a block whose records end at {@code end}. */
    public void seal(ByteBuffer buffer, int at, int end, long location, long region, long sequence, long durable) {
        for (int i = end; i < at + BLOCK_BYTES; i += Integer.BYTES) {
            buffer.putInt(i, 0);
        }
        block.begin(buffer, at, MAGIC, VERSION, end - at, device, location, region);
        buffer.putLong(at + SEQUENCE_OFFSET, sequence);
        buffer.putLong(at + DURABLE_OFFSET, durable);
        block.seal(buffer, at);
    }

    /**
     * Checks that the block of that location, region and sequence is at {@code at}, and that its records make sense.
     * Returns null when both are so.
     */
    public @Nullable Mismatch check(ByteBuffer buffer, int at, long location, long region, long sequence) {
        Mismatch mismatch = checkSeal(buffer, at);
        if (mismatch == null) {
            mismatch = block.checkLocation(buffer, at, device, location, region);
        }
        if (mismatch == null && buffer.getLong(at + SEQUENCE_OFFSET) != sequence) {
            mismatch = Mismatch.LOCATION;
        }
        if (mismatch == null) {
            int end = at + buffer.getInt(at + SealedBlock.LENGTH_OFFSET);
            mismatch = LogRecordLayout.areSound(buffer, at + RECORDS_OFFSET, end) ? null : Mismatch.FIELDS;
        }
        return mismatch;
    }

    /**
     * Whether a sound block of the device's log is at {@code at}, of whatever region and sequence, and belongs there.
     */
    public boolean isOfLog(ByteBuffer buffer, int at, long location) {
        return checkSeal(buffer, at) == null
                && block.checkLocation(buffer, at, device, location, SealedBlock.incarnation(buffer, at)) == null;
    }

    private @Nullable Mismatch checkSeal(ByteBuffer buffer, int at) {
        boolean before = buffer.get(at + SealedBlock.VERSION_OFFSET) == VERSION_BEFORE;
        return block.checkSeal(buffer, at, MAGIC, before ? VERSION_BEFORE : VERSION, RECORDS_OFFSET, BLOCK_BYTES);
    }

    /** The region of a sound block. */
    public static long region(ByteBuffer buffer, int at) {
        return SealedBlock.incarnation(buffer, at);
    }

    /** The sequence of a sound block. */
    public static long sequence(ByteBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE_OFFSET);
    }

    /** The sequence, in a checked block, below which all blocks were durable when the block was made. */
    public static long durable(ByteBuffer buffer, int at) {
        return buffer.getLong(at + DURABLE_OFFSET);
    }

    /** Passes the records of a checked block to {@code records}. Returns their number, each slab and id counted. */
    public int replay(ByteBuffer buffer, int at, LogRecords records) {
        int end = at + buffer.getInt(at + SealedBlock.LENGTH_OFFSET);
        return LogRecordDecoder.replay(buffer, at + RECORDS_OFFSET, end, records);
    }
}
