package io.znsslab.tier.format;

import static io.znsslab.tier.format.LogRecordLayout.ALIKE;
import static io.znsslab.tier.format.LogRecordLayout.CHECKPOINT_END;
import static io.znsslab.tier.format.LogRecordLayout.DEAD;
import static io.znsslab.tier.format.LogRecordLayout.EPOCH;
import static io.znsslab.tier.format.LogRecordLayout.EPOCH_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.EXPIRY;
import static io.znsslab.tier.format.LogRecordLayout.FOLLOWING;
import static io.znsslab.tier.format.LogRecordLayout.FOLLOWING_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.ISSUED;
import static io.znsslab.tier.format.LogRecordLayout.ITEM_BITMAP;
import static io.znsslab.tier.format.LogRecordLayout.RAISED;
import static io.znsslab.tier.format.LogRecordLayout.RAISED_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.RAISED_ITEM_BYTES;
import static io.znsslab.tier.format.LogRecordLayout.REOPENED;
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
import static io.znsslab.tier.format.LogRecordLayout.bitmapBytes;
import static io.znsslab.tier.format.LogRecordLayout.itemBytes;
import static io.znsslab.tier.format.LogRecordLayout.lengthOf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the records of a log block, which {@link LogRecordLayout} draws. */
final class LogRecordDecoder {
    private LogRecordDecoder() {}

    /**
     * Passes the records from {@code from} to {@code end} of a checked block to {@code records}. Returns their number,
     * each slab and id counted.
     */
    static int replay(ByteBuffer buffer, int from, int end, LogRecords records) {
        int number = 0;
        int slabsRecord = 0;
        int followers = 0;
        int lastLive = 0;
        for (int record = from; record < end; record += lengthOf(buffer, record)) {
            int count = Short.toUnsignedInt(buffer.getShort(record + 2));
            switch (buffer.get(record)) {
                case FOLLOWING -> {
                    int words = buffer.get(record + 1);
                    int stride = bitmapBytes(words);
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
                    slotBytes[i] = buffer.getInt(at + SHAPE_BYTES + i * Integer.BYTES);
                }
                records.shape(buffer.get(at + 1), buffer.getInt(at + 4), slotBytes);
            }
            case CHECKPOINT_END -> records.checkpointEnds(buffer.getLong(at + 4));
            case REUSABLE -> {
                long first = Integer.toUnsignedLong(buffer.getInt(at + 4));
                for (int i = 0; i < count; i++) {
                    int generation = buffer.getInt(at + REUSABLE_BYTES + i * REUSABLE_ITEM_BYTES);
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
            case EXPIRY -> records.expires(buffer.getLong(at + 4), buffer.getLong(at + 12));
            case RAISED -> {
                for (int i = 0; i < count; i++) {
                    int item = at + RAISED_BYTES + i * RAISED_ITEM_BYTES;
                    records.raised(Integer.toUnsignedLong(buffer.getInt(item)), buffer.getInt(item + 4));
                }
                return count;
            }
            case ROOT -> {
                byte[] part = new byte[count];
                buffer.get(at + ROOT_BYTES, part);
                records.root(
                        buffer.getLong(at + ROOT_NUMBER),
                        Short.toUnsignedInt(buffer.getShort(at + ROOT_SIZE)),
                        Short.toUnsignedInt(buffer.getShort(at + ROOT_FROM)),
                        part);
            }
            default -> records.closed(buffer.getLong(at + 4), buffer.getLong(at + 12));
        }
        return 1;
    }
}
