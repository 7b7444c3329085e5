package io.znsslab.jcache.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How an entry lies in the objects of an epoch: its key and value, one behind the other, are the record, which is cut
 * into as many parts as it takes. Everything is little-endian.
 *
 * <pre>
 *      0        4         8          16         24        28          32
 *      +--------+---------+----------+----------+---------+-----------+------------
 *      | magic  | part 0  | sequence |  expiry  | key     | value     | record ...
 *      |        |         |          |          | bytes   | bytes     |
 *      +--------+---------+----------+----------+---------+-----------+------------
 *      | magic  | part n  | sequence | record, continued ...
 *      +--------+---------+----------+---------------------------------------------
 *      | magic  | part -1 | sequence |  expiry  |   a later expiry of an entry
 *      +--------+---------+----------+----------+
 * </pre>
 *
 * <p>The magic tells such objects from others. The sequence is the cache's own and grows: it says which parts belong
 * together, and which one of two entries of a key is the newer one. The expiry is in milliseconds since 1970;
 * {@link Long#MAX_VALUE} is never.
 */
final class EntryLayout {
    static final int FIRST_HEADER_BYTES = 32;
    static final int PART_HEADER_BYTES = 16;
    static final int TOUCH_BYTES = 24;
    /** The part of a {@linkplain #TOUCH_BYTES later expiry}. */
    static final int TOUCH = -1;

    /** What an object in a packed slab takes beside its payload. */
    static final int OBJECT_HEADER_BYTES = 16;

    private static final int MAGIC = 0x3143_4A5A;
    private static final int PART = 4;
    private static final int SEQUENCE = 8;
    private static final int EXPIRY = 16;
    private static final int KEY_BYTES = 24;
    private static final int VALUE_BYTES = 28;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private EntryLayout() {}

    static int headerBytes(int part) {
        return part == 0 ? FIRST_HEADER_BYTES : PART_HEADER_BYTES;
    }

    /** Parts of a record of so many bytes, where an object holds so many with its header. */
    static int parts(long recordBytes, int largestObject) {
        long beyondFirst = recordBytes - (largestObject - FIRST_HEADER_BYTES);
        int eachFurther = largestObject - PART_HEADER_BYTES;
        return beyondFirst <= 0 ? 1 : (int) (1 + (beyondFirst + eachFurther - 1) / eachFurther);
    }

    /** Where the part's share of the record begins. */
    static long recordOffset(int part, int largestObject) {
        return part == 0 ? 0 : largestObject - FIRST_HEADER_BYTES + (part - 1L) * (largestObject - PART_HEADER_BYTES);
    }

    static void writeHeader(MemorySegment object, int part, long sequence) {
        object.set(INT, 0, MAGIC);
        object.set(INT, PART, part);
        object.set(LONG, SEQUENCE, sequence);
    }

    static void writeExpiry(MemorySegment object, long expiry) {
        object.set(LONG, EXPIRY, expiry);
    }

    static void writeLengths(MemorySegment object, int keyBytes, int valueBytes) {
        object.set(INT, KEY_BYTES, keyBytes);
        object.set(INT, VALUE_BYTES, valueBytes);
    }

    /** Whether that is an object of an entry. */
    static boolean isOne(MemorySegment object) {
        return object.byteSize() >= PART_HEADER_BYTES && object.get(INT, 0) == MAGIC;
    }

    static int part(MemorySegment object) {
        return object.get(INT, PART);
    }

    static long sequence(MemorySegment object) {
        return object.get(LONG, SEQUENCE);
    }

    static long expiry(MemorySegment object) {
        return object.get(LONG, EXPIRY);
    }

    static int keyBytes(MemorySegment object) {
        return object.get(INT, KEY_BYTES);
    }

    static int valueBytes(MemorySegment object) {
        return object.get(INT, VALUE_BYTES);
    }
}
