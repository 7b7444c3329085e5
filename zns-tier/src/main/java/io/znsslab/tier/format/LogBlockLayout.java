package io.znsslab.tier.format;

import io.znsslab.tier.Mismatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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
 *
 *   records, each a multiple of 4 bytes, the first byte its kind:
 *
 *   1 zone       |1|0|0 0|zone   |incarnation   |summary|written|    of slabs there: what the zone's blocks repeat
 *   2 slabs      |2|w|n  |epoch          | then n times |slab id|locat'n|gen  cl|live slots: w words |
 *                gen cl: base generation 24, class 7, all live handles have the base generation 1
 *   3 dead       |3|0|n  |slab id|    n ids from that one on, 1,024 at most
 *   4 epoch      |4|t|len|maxGen |number         |opened         |label ...|   t: lifetime. Its demotion
 *                                                                              is acknowledged: without it none of
 *                                                                              its slabs counts
 *   5 reserved   |5|0|0 0|slab ids       |epochs         |   bounds of what may have been issued since
 *   6 shape      |6|h|n  |slab B.| then n times |slot B.|    h: version of handles. An allocator of another shape
 *   7 end        |7|0|0 0|slabs          |                   the checkpoint is complete
 *   8 reusable   |8|0|n  |slab id| then n times |generation| of ids that follow each other; 0 for one that is used up
 *   9 closed     |9|0|0 0|slab ids       |epochs         |   closed in good order
 *  10 following |10|w|n  | then n times |live slots: w words |    slabs that follow the last one of the slabs
 *                record before it in this block: ids and
 *                locations go on, a slab apart, epoch and gen cl are the same. A demotion is written that way,
 *                for less than half of the bytes
 *  12 issued    |12|0|0 0|slab ids       |epochs         |known id       |known g|bound g|
 *                slab ids, epochs: no later region issues any from these on before one after it is complete, so they
 *                hold also where that region is lost
 *                known id: ids from there on of which nothing else is said go on from known g after a close in good
 *                order, from bound g after another end; those below never
 *                bound g: no generation from there on was issued under any id but the raised ones
 *  13 raised    |13|0|n  | then n times |slab id|bound g|    no generation from there on was issued under that id
 *  14 reopened  |14|0|0 0|opening        |   the region goes on in that opening: the store is not closed, and what was
 *                reusable may be used
 *  11 alike     |11|0|n  |    n slabs more, 1,024 at most, that follow the last one recorded in this block
 *                and have the same live slots: as those of an epoch's full slabs
 * </pre>
 */
public final class LogBlockLayout {
    /** Bytes of a block. */
    public static final int BLOCK_BYTES = SealedBlock.LOCATION_BYTES;
    /** Where records begin. */
    public static final int RECORDS_OFFSET = 64;
    /** The longest label that is remembered, in bytes. */
    public static final int MOST_LABEL_BYTES = 128;
    /**
     * The most slabs, or ids, that a record stands for without bytes for each of them: it bounds what a forged block
     * can make a reader do.
     */
    static final int MOST_OF_A_RUN = 1024;

    static final int MAGIC = 0x474C535A;
    static final int VERSION = 3;
    /** The version without the records of what was issued and raised, which is read as well. */
    private static final int VERSION_BEFORE = 2;

    private static final int SEQUENCE_OFFSET = 48;
    private static final int DURABLE_OFFSET = 56;

    private static final int ZONE = 1;
    private static final int SLABS = 2;
    private static final int DEAD = 3;
    private static final int EPOCH = 4;
    private static final int RESERVED = 5;
    private static final int SHAPE = 6;
    private static final int CHECKPOINT_END = 7;
    private static final int REUSABLE = 8;
    private static final int CLOSED = 9;
    private static final int FOLLOWING = 10;
    private static final int ALIKE = 11;
    private static final int ISSUED = 12;
    private static final int RAISED = 13;
    /**
     * This record does not raise the version. A program that does not know the record takes the record's block for
     * damaged, since later commit blocks cover it, and says so. If the blocks were of a version that the program does
     * not know, it would take the log for ended.
     */
    private static final int REOPENED = 14;

    private static final int ZONE_BYTES = 24;
    private static final int SLABS_BYTES = 12;
    private static final int FOLLOWING_BYTES = 4;
    private static final int ALIKE_BYTES = 4;
    private static final int DEAD_BYTES = 8;
    private static final int ITEM_BITMAP = 12;
    private static final int EPOCH_BYTES = 24;
    private static final int BOUNDS_BYTES = 20;
    /** Bytes of the record that says that the store is open again. */
    public static final int REOPENED_BYTES = 12;
    /** Bytes of the record of what was issued. */
    public static final int ISSUED_BYTES = 36;
    /** Bytes of a record of raised ids without any. */
    public static final int RAISED_BYTES = 4;
    /** Bytes of each raised id in its record. */
    public static final int RAISED_ITEM_BYTES = 8;

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
    public Mismatch check(ByteBuffer buffer, int at, long location, long region, long sequence) {
        Mismatch mismatch = checkSeal(buffer, at);
        if (mismatch == null) {
            mismatch = block.checkLocation(buffer, at, device, location, region);
        }
        if (mismatch == null && buffer.getLong(at + SEQUENCE_OFFSET) != sequence) {
            mismatch = Mismatch.LOCATION;
        }
        if (mismatch == null) {
            int end = at + buffer.getInt(at + SealedBlock.LENGTH_OFFSET);
            int record = at + RECORDS_OFFSET;
            // bitmap words of the record of slabs that other records refer to
            int words = 0;
            while (record < end) {
                int next = end - record < Integer.BYTES ? -1 : record + lengthOf(buffer, record);
                byte kind = buffer.get(record);
                boolean refersToNone =
                        (kind == FOLLOWING && buffer.get(record + 1) != words) || (kind == ALIKE && words == 0);
                if (next <= record || next > end || refersToNone) {
                    return Mismatch.FIELDS;
                }
                if (kind == SLABS && buffer.getShort(record + 2) != 0) {
                    words = buffer.get(record + 1);
                }
                record = next;
            }
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

    private Mismatch checkSeal(ByteBuffer buffer, int at) {
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

    /** Bytes of a record, as its first bytes say; 0 or less if they make no sense. */
    private static int lengthOf(ByteBuffer buffer, int at) {
        int count = Short.toUnsignedInt(buffer.getShort(at + 2));
        int words = buffer.get(at + 1);
        return switch (buffer.get(at)) {
            case ZONE -> ZONE_BYTES;
            case SLABS -> words < 1 || words > 4 ? -1 : SLABS_BYTES + count * itemBytes(words);
            case FOLLOWING -> words < 1 || words > 4 ? -1 : FOLLOWING_BYTES + count * words * Long.BYTES;
            case DEAD -> count > MOST_OF_A_RUN ? -1 : DEAD_BYTES;
            case ALIKE -> count > MOST_OF_A_RUN ? -1 : ALIKE_BYTES;
            case EPOCH -> count > MOST_LABEL_BYTES || words < 0 || words > 3 ? -1 : EPOCH_BYTES + roundedUp(count);
            case RESERVED, CLOSED -> BOUNDS_BYTES;
            case SHAPE, REUSABLE -> 8 + count * Integer.BYTES;
            case CHECKPOINT_END, REOPENED -> REOPENED_BYTES;
            case ISSUED -> ISSUED_BYTES;
            case RAISED -> RAISED_BYTES + count * RAISED_ITEM_BYTES;
            default -> -1;
        };
    }

    private static int roundedUp(int bytes) {
        return (bytes + 3) & ~3;
    }

    /** Bytes of one slab in a record of slabs with bitmaps of that many words. */
    public static int itemBytes(int words) {
        return ITEM_BITMAP + words * Long.BYTES;
    }

    /** Passes the records of a checked block to {@code records}. Returns their number, each slab and id counted. */
    public int replay(ByteBuffer buffer, int at, LogRecords records) {
        int end = at + buffer.getInt(at + SealedBlock.LENGTH_OFFSET);
        int number = 0;
        int slabsRecord = 0;
        int followers = 0;
        int lastLive = 0;
        for (int record = at + RECORDS_OFFSET; record < end; record += lengthOf(buffer, record)) {
            int count = Short.toUnsignedInt(buffer.getShort(record + 2));
            switch (buffer.get(record)) {
                case FOLLOWING -> {
                    int words = buffer.get(record + 1);
                    int stride = words * Long.BYTES;
                    int live = record + FOLLOWING_BYTES;
                    follow(buffer, slabsRecord, records, words, count, followers, live, stride);
                    lastLive = count == 0 ? lastLive : live + (count - 1) * stride;
                    followers += count;
                    number += count;
                }
                case ALIKE -> {
                    int words = buffer.get(slabsRecord + 1);
                    follow(buffer, slabsRecord, records, words, count, followers, lastLive, 0);
                    followers += count;
                    number += count;
                }
                default -> {
                    if (buffer.get(record) == SLABS && count != 0) {
                        slabsRecord = record;
                        followers = 0;
                        lastLive = lastItem(buffer, record) + ITEM_BITMAP;
                    }
                    number += replayRecord(buffer, record, records);
                }
            }
        }
        return number;
    }

    private static void follow(
            ByteBuffer buffer,
            int slabsRecord,
            LogRecords records,
            int words,
            int count,
            int followers,
            int live,
            int stride) {
        long epoch = buffer.getLong(slabsRecord + 4);
        records.following(epoch, words, count, followers, buffer, lastItem(buffer, slabsRecord), live, stride);
    }

    /** The last item of a record of slabs. */
    private static int lastItem(ByteBuffer buffer, int record) {
        int before = Short.toUnsignedInt(buffer.getShort(record + 2)) - 1;
        return record + SLABS_BYTES + before * itemBytes(buffer.get(record + 1));
    }

    private static int replayRecord(ByteBuffer buffer, int at, LogRecords records) {
        int count = Short.toUnsignedInt(buffer.getShort(at + 2));
        switch (buffer.get(at)) {
            case ZONE ->
                records.zone(
                        buffer.getInt(at + 4),
                        buffer.getLong(at + 8),
                        Integer.toUnsignedLong(buffer.getInt(at + 16)),
                        buffer.getInt(at + 20));
            case SLABS -> {
                records.slabs(buffer.getLong(at + 4), buffer.get(at + 1), count, buffer, at + SLABS_BYTES);
                return count;
            }
            case DEAD -> {
                for (int i = 0; i < count; i++) {
                    records.dead(Integer.toUnsignedLong(buffer.getInt(at + 4) + i));
                }
                return count;
            }
            case EPOCH -> {
                byte[] label = new byte[count];
                buffer.get(at + EPOCH_BYTES, label);
                records.epoch(
                        buffer.getLong(at + 8),
                        buffer.get(at + 1),
                        buffer.getInt(at + 4),
                        buffer.getLong(at + 16),
                        new String(label, StandardCharsets.UTF_8));
            }
            case RESERVED -> records.reserved(buffer.getLong(at + 4), buffer.getLong(at + 12));
            case SHAPE -> {
                int[] slotBytes = new int[count];
                for (int i = 0; i < count; i++) {
                    slotBytes[i] = buffer.getInt(at + 8 + i * Integer.BYTES);
                }
                records.shape(buffer.get(at + 1), buffer.getInt(at + 4), slotBytes);
            }
            case CHECKPOINT_END -> records.checkpointEnds(buffer.getLong(at + 4));
            case REUSABLE -> {
                long first = Integer.toUnsignedLong(buffer.getInt(at + 4));
                for (int i = 0; i < count; i++) {
                    int generation = buffer.getInt(at + 8 + i * Integer.BYTES);
                    if (generation != 0) {
                        records.reusable(first + i, generation);
                    }
                }
                return count;
            }
            case ISSUED ->
                records.issued(
                        buffer.getLong(at + 4),
                        buffer.getLong(at + 12),
                        buffer.getLong(at + 20),
                        buffer.getInt(at + 28),
                        buffer.getInt(at + 32));
            case REOPENED -> records.reopened(buffer.getLong(at + 4));
            case RAISED -> {
                for (int i = 0; i < count; i++) {
                    int item = at + RAISED_BYTES + i * RAISED_ITEM_BYTES;
                    records.raised(Integer.toUnsignedLong(buffer.getInt(item)), buffer.getInt(item + 4));
                }
                return count;
            }
            default -> records.closed(buffer.getLong(at + 4), buffer.getLong(at + 12));
        }
        return 1;
    }

    /** Slab id of an item of a record of slabs. */
    public static long slabId(ByteBuffer buffer, int item) {
        return Integer.toUnsignedLong(buffer.getInt(item));
    }

    /** Location of the image of an item. */
    public static long location(ByteBuffer buffer, int item) {
        return Integer.toUnsignedLong(buffer.getInt(item + 4));
    }

    /** Base generation, class and whether there is only one generation, as they are packed in an item. */
    public static int facts(ByteBuffer buffer, int item) {
        return buffer.getInt(item + 8);
    }

    /** A word of the bitmap of live slots of an item. */
    public static long live(ByteBuffer buffer, int item, int word) {
        return buffer.getLong(item + ITEM_BITMAP + word * Long.BYTES);
    }

    /** Packs the facts of an item. */
    public static int facts(int baseGeneration, int sizeClass, boolean oneGeneration) {
        return (baseGeneration << 8) | (sizeClass << 1) | (oneGeneration ? 1 : 0);
    }

    /** Base generation in packed facts. */
    public static int baseGeneration(int facts) {
        return facts >>> 8;
    }

    /** Size class in packed facts. */
    public static int sizeClass(int facts) {
        return (facts >>> 1) & 0x7f;
    }

    /** Whether packed facts say that there is only one generation. */
    public static boolean hasOneGeneration(int facts) {
        return (facts & 1) != 0;
    }

    // Each method below writes a record at that offset, where there must be room, and returns where the next one goes.

    /** Writes a zone. */
    public static int putZone(
            ByteBuffer buffer, int at, int zone, long incarnation, long lastSummary, int writtenSlabs) {
        begin(buffer, at, ZONE, 0, 0);
        buffer.putInt(at + 4, zone);
        buffer.putLong(at + 8, incarnation);
        buffer.putInt(at + 16, (int) lastSummary);
        buffer.putInt(at + 20, writtenSlabs);
        return at + ZONE_BYTES;
    }

    /** Begins a record of slabs, of which there are none yet. */
    public static int beginSlabs(ByteBuffer buffer, int at, long epoch, int words) {
        begin(buffer, at, SLABS, words, 0);
        buffer.putLong(at + 4, epoch);
        return at + SLABS_BYTES;
    }

    /** Adds a slab to the record of slabs that begins at {@code record} and ends at {@code at}. */
    public static int addSlab(
            ByteBuffer buffer, int record, int at, long slabId, long location, int facts, long[] live) {
        countOneMore(buffer, record);
        int words = buffer.get(record + 1);
        buffer.putInt(at, (int) slabId);
        buffer.putInt(at + 4, (int) location);
        buffer.putInt(at + 8, facts);
        for (int word = 0; word < words; word++) {
            buffer.putLong(at + ITEM_BITMAP + word * Long.BYTES, live[word]);
        }
        return at + itemBytes(words);
    }

    /**
     * Begins a record of slabs that follow the last one of the record of slabs before it in the block; there are none
     * yet.
     */
    public static int beginFollowing(ByteBuffer buffer, int at, int words) {
        begin(buffer, at, FOLLOWING, words, 0);
        return at + FOLLOWING_BYTES;
    }

    /** Adds the next slab to the record of following ones that begins at {@code record} and ends at {@code at}. */
    public static int addFollowing(ByteBuffer buffer, int record, int at, long[] live) {
        countOneMore(buffer, record);
        int words = buffer.get(record + 1);
        for (int word = 0; word < words; word++) {
            buffer.putLong(at + word * Long.BYTES, live[word]);
        }
        return at + words * Long.BYTES;
    }

    /**
     * Begins a record of slabs that follow the last slab recorded in the block and have the same live slots; there are
     * none yet.
     */
    public static int beginAlike(ByteBuffer buffer, int at) {
        begin(buffer, at, ALIKE, 0, 0);
        return at + ALIKE_BYTES;
    }

    /** Begins a record of dead slabs from that id on, of which there are none yet. */
    public static int beginDead(ByteBuffer buffer, int at, long firstSlabId) {
        begin(buffer, at, DEAD, 0, 0);
        buffer.putInt(at + 4, (int) firstSlabId);
        return at + DEAD_BYTES;
    }

    /** Adds the next slab to the record of dead ones, or of slabs alike, that begins at {@code record}. */
    public static void addToRun(ByteBuffer buffer, int record) {
        countOneMore(buffer, record);
    }

    /** Whether a record of dead slabs, or of slabs alike, holds as many as it can. */
    public static boolean isRunFull(ByteBuffer buffer, int record) {
        return Short.toUnsignedInt(buffer.getShort(record + 2)) == MOST_OF_A_RUN;
    }

    /** Adds a generation to the record of reusable ids that begins at {@code record} and ends at {@code at}. */
    public static int addReusable(ByteBuffer buffer, int record, int at, int generation) {
        countOneMore(buffer, record);
        buffer.putInt(at, generation);
        return at + Integer.BYTES;
    }

    /** Writes an epoch. */
    public static int putEpoch(
            ByteBuffer buffer, int at, long number, int lifetime, int maxGeneration, long openedMillis, byte[] label) {
        begin(buffer, at, EPOCH, lifetime, label.length);
        buffer.putInt(at + 4, maxGeneration);
        buffer.putLong(at + 8, number);
        buffer.putLong(at + 16, openedMillis);
        buffer.put(at + EPOCH_BYTES, label);
        int end = at + EPOCH_BYTES + roundedUp(label.length);
        for (int i = at + EPOCH_BYTES + label.length; i < end; i++) {
            buffer.put(i, (byte) 0);
        }
        return end;
    }

    /** Writes bounds of what may be issued. */
    public static int putReserved(ByteBuffer buffer, int at, long slabIds, long epochs) {
        return putBounds(buffer, at, RESERVED, slabIds, epochs);
    }

    /** Writes what may have been issued. */
    public static int putIssued(
            ByteBuffer buffer, int at, long slabIds, long epochs, long knownId, int knownGeneration, int bound) {
        begin(buffer, at, ISSUED, 0, 0);
        buffer.putLong(at + 4, slabIds);
        buffer.putLong(at + 12, epochs);
        buffer.putLong(at + 20, knownId);
        buffer.putInt(at + 28, knownGeneration);
        buffer.putInt(at + 32, bound);
        return at + ISSUED_BYTES;
    }

    /** Begins a record of raised ids, of which there are none yet. */
    public static int beginRaised(ByteBuffer buffer, int at) {
        begin(buffer, at, RAISED, 0, 0);
        return at + RAISED_BYTES;
    }

    /** Adds an id to the record of raised ones that begins at {@code record} and ends at {@code at}. */
    public static int addRaised(ByteBuffer buffer, int record, int at, long slabId, int bound) {
        countOneMore(buffer, record);
        buffer.putInt(at, (int) slabId);
        buffer.putInt(at + 4, bound);
        return at + RAISED_ITEM_BYTES;
    }

    /** Writes that the store was closed in good order. */
    public static int putClosed(ByteBuffer buffer, int at, long slabIds, long epochs) {
        return putBounds(buffer, at, CLOSED, slabIds, epochs);
    }

    private static int putBounds(ByteBuffer buffer, int at, int kind, long slabIds, long epochs) {
        begin(buffer, at, kind, 0, 0);
        buffer.putLong(at + 4, slabIds);
        buffer.putLong(at + 12, epochs);
        return at + BOUNDS_BYTES;
    }

    /** Writes the shape of slabs and handles. */
    public static int putShape(ByteBuffer buffer, int at, int handleVersion, int slabBytes, int[] slotBytes) {
        begin(buffer, at, SHAPE, handleVersion, slotBytes.length);
        buffer.putInt(at + 4, slabBytes);
        for (int i = 0; i < slotBytes.length; i++) {
            buffer.putInt(at + 8 + i * Integer.BYTES, slotBytes[i]);
        }
        return at + 8 + slotBytes.length * Integer.BYTES;
    }

    /** Writes that the checkpoint is complete. */
    public static int putCheckpointEnd(ByteBuffer buffer, int at, long slabs) {
        begin(buffer, at, CHECKPOINT_END, 0, 0);
        buffer.putLong(at + 4, slabs);
        return at + 12;
    }

    /** Writes that the store is open again. */
    public static int putReopened(ByteBuffer buffer, int at, long opening) {
        begin(buffer, at, REOPENED, 0, 0);
        buffer.putLong(at + 4, opening);
        return at + REOPENED_BYTES;
    }

    /** Begins a record of ids from {@code firstSlabId} on, of which there are none yet. */
    public static int beginReusable(ByteBuffer buffer, int at, long firstSlabId) {
        begin(buffer, at, REUSABLE, 0, 0);
        buffer.putInt(at + 4, (int) firstSlabId);
        return at + 8;
    }

    private static void begin(ByteBuffer buffer, int at, int kind, int own, int count) {
        buffer.put(at, (byte) kind);
        buffer.put(at + 1, (byte) own);
        buffer.putShort(at + 2, (short) count);
    }

    private static void countOneMore(ByteBuffer buffer, int record) {
        buffer.putShort(record + 2, (short) (buffer.getShort(record + 2) + 1));
    }
}
