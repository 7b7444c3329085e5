package io.znsslab.tier.format;

import static io.znsslab.tier.format.LogRecordLayout.ALIKE;
import static io.znsslab.tier.format.LogRecordLayout.ALIKE_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.BOUNDS_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.CHECKPOINT_END;
import static io.znsslab.tier.format.LogRecordLayout.CHECKPOINT_END_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.CLOSED;
import static io.znsslab.tier.format.LogRecordLayout.DEAD;
import static io.znsslab.tier.format.LogRecordLayout.DEAD_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.EPOCH;
import static io.znsslab.tier.format.LogRecordLayout.EPOCH_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.EXPIRY;
import static io.znsslab.tier.format.LogRecordLayout.EXPIRY_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.FOLLOWING;
import static io.znsslab.tier.format.LogRecordLayout.FOLLOWING_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.ISSUED;
import static io.znsslab.tier.format.LogRecordLayout.ISSUED_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.ITEM_BITMAP;
import static io.znsslab.tier.format.LogRecordLayout.MOST_OF_A_RUN;
import static io.znsslab.tier.format.LogRecordLayout.RAISED;
import static io.znsslab.tier.format.LogRecordLayout.RAISED_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.RAISED_ITEM_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.REOPENED;
import static io.znsslab.tier.format.LogRecordLayout.REOPENED_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.RESERVED;
import static io.znsslab.tier.format.LogRecordLayout.REUSABLE;
import static io.znsslab.tier.format.LogRecordLayout.REUSABLE_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.REUSABLE_ITEM_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.ROOT;
import static io.znsslab.tier.format.LogRecordLayout.ROOT_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.ROOT_FROM;
import static io.znsslab.tier.format.LogRecordLayout.ROOT_NUMBER;
import static io.znsslab.tier.format.LogRecordLayout.ROOT_SIZE;
import static io.znsslab.tier.format.LogRecordLayout.SHAPE;
import static io.znsslab.tier.format.LogRecordLayout.SHAPE_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.SLABS;
import static io.znsslab.tier.format.LogRecordLayout.SLABS_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.ZONE;
import static io.znsslab.tier.format.LogRecordLayout.ZONE_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.bitmapBytes;
import static io.znsslab.tier.format.LogRecordLayout.epochBytes;
import static io.znsslab.tier.format.LogRecordLayout.itemBytes;
import static io.znsslab.tier.format.LogRecordLayout.rootBytes;
import static io.znsslab.tier.format.LogRecordLayout.shapeBytes;

import java.nio.ByteBuffer;

/** Writes the records of a log block, as {@link LogRecordLayout} draws them. */
public final class LogRecordEncoder {
    private LogRecordEncoder() {}

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
        return at + bitmapBytes(words);
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
        return at + REUSABLE_ITEM_BYTES;
    }

    /** Writes an epoch. */
    public static int putEpoch(
            ByteBuffer buffer, int at, long number, int lifetime, int maxGeneration, long openedMillis, byte[] label) {
        begin(buffer, at, EPOCH, lifetime, label.length);
        buffer.putInt(at + 4, maxGeneration);
        buffer.putLong(at + 8, number);
        buffer.putLong(at + 16, openedMillis);
        buffer.put(at + EPOCH_BYTES, label);
        int end = at + epochBytes(label.length);
        for (int i = at + EPOCH_BYTES + label.length; i < end; i++) {
            buffer.put(i, (byte) 0);
        }
        return end;
    }

    /** Writes when an epoch is discarded. */
    public static int putExpiry(ByteBuffer buffer, int at, long epoch, long expiresMillis) {
        begin(buffer, at, EXPIRY, 0, 0);
        buffer.putLong(at + 4, epoch);
        buffer.putLong(at + 12, expiresMillis);
        return at + EXPIRY_BYTES;
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
            buffer.putInt(at + SHAPE_BYTES + i * Integer.BYTES, slotBytes[i]);
        }
        return at + shapeBytes(slotBytes.length);
    }

    /** Writes that the checkpoint is complete. */
    public static int putCheckpointEnd(ByteBuffer buffer, int at, long slabs) {
        begin(buffer, at, CHECKPOINT_END, 0, 0);
        buffer.putLong(at + 4, slabs);
        return at + CHECKPOINT_END_BYTES;
    }

    /** Writes that the store is open again. */
    public static int putReopened(ByteBuffer buffer, int at, long opening) {
        begin(buffer, at, REOPENED, 0, 0);
        buffer.putLong(at + 4, opening);
        return at + REOPENED_BYTES;
    }

    /** Writes {@code bytes} bytes of the root of that number, from byte {@code from} of it on. */
    public static int putRoot(ByteBuffer buffer, int at, long number, byte[] root, int from, int bytes) {
        begin(buffer, at, ROOT, 0, bytes);
        buffer.putLong(at + ROOT_NUMBER, number);
        buffer.putShort(at + ROOT_SIZE, (short) root.length);
        buffer.putShort(at + ROOT_FROM, (short) from);
        buffer.put(at + ROOT_BYTES, root, from, bytes);
        int end = at + rootBytes(bytes);
        for (int i = at + ROOT_BYTES + bytes; i < end; i++) {
            buffer.put(i, (byte) 0);
        }
        return end;
    }

    /** Begins a record of ids from {@code firstSlabId} on, of which there are none yet. */
    public static int beginReusable(ByteBuffer buffer, int at, long firstSlabId) {
        begin(buffer, at, REUSABLE, 0, 0);
        buffer.putInt(at + 4, (int) firstSlabId);
        return at + REUSABLE_BYTES;
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
