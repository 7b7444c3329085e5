package io.znsslab.tier.format;

import java.nio.ByteBuffer;

/**
 * The records of a log block, each of which says how something is now.
 *
 * <pre>
 *   each a multiple of 4 bytes, the first byte its kind:
 *
 *   1 zone       |1|0|0 0|zone   |incarnation   |summary|written|    of slabs there: what the zone's blocks repeat
 *   2 slabs      |2|w|n  |epoch          | then n times |slab id|locat'n|gen  cl|live slots: w words |
 *                gen cl: base generation 24, class 7, all live handles have the base generation 1
 *                w: words of the bitmaps of the slabs' class: 4 of packed slabs, whose class is the number after the
 *                last size class; so a record is about slabs of one width
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
 *  11 alike     |11|0|n  |    n slabs more, 1,024 at most, that follow the last one recorded in this block
 *                and have the same live slots: as those of an epoch's full slabs
 *  12 issued    |12|0|0 0|slab ids       |epochs         |known id       |known g|bound g|
 *                slab ids, epochs: no later region issues any from these on before one after it is complete, so they
 *                hold also where that region is lost
 *                known id: ids from there on of which nothing else is said go on from known g after a close in good
 *                order, from bound g after another end; those below never
 *                bound g: no generation from there on was issued under any id but the raised ones
 *  13 raised    |13|0|n  | then n times |slab id|bound g|    no generation from there on was issued under that id
 *  14 reopened  |14|0|0 0|opening        |   the region goes on in that opening: the store is not closed, and what was
 *                reusable may be used
 *  15 root      |15|0|len|number         |size|from|bytes ...|   a part of the root, which has that size: len bytes,
 *                1,024 at most, from that one on. All parts of a root have its number, and follow each other. A root
 *                counts once all of it is there: before that, and where a part is missing, the one before it does
 *  16 expiry    |16|0|0 0|epoch          |expires        |   the epoch is discarded at that time, in milliseconds since
 *                1970; 2^63 - 1: at none. It comes before the epoch's own record, so that no epoch counts without it
 * </pre>
 */
public final class LogRecordLayout {
    /** The longest label that is remembered, in bytes. */
    public static final int MOST_LABEL_BYTES = 128;
    /**
     * The most slabs, or ids, that a record stands for without bytes for each of them: it bounds what a forged block
     * can make a reader do.
     */
    static final int MOST_OF_A_RUN = 1024;

    static final int ZONE = 1;
    static final int SLABS = 2;
    static final int DEAD = 3;
    static final int EPOCH = 4;
    static final int RESERVED = 5;
    static final int SHAPE = 6;
    static final int CHECKPOINT_END = 7;
    static final int REUSABLE = 8;
    static final int CLOSED = 9;
    static final int FOLLOWING = 10;
    static final int ALIKE = 11;
    static final int ISSUED = 12;
    static final int RAISED = 13;
    /**
     * This record does not raise the version. A program that does not know the record takes the record's block for
     * damaged, since later commit blocks cover it, and says so. If the blocks were of a version that the program does
     * not know, it would take the log for ended.
     */
    static final int REOPENED = 14;

    static final int EXPIRY = 16;
    static final int ROOT = 15;
    /** The most bytes of a root. */
    public static final int MOST_ROOT_BYTES = 4096;
    /** The most bytes of a root that a record holds, so that several records fit in a block. */
    public static final int MOST_ROOT_PART_BYTES = 1024;
    /** Bytes of a record of a part of the root without the part. */
    public static final int ROOT_BYTES = 16;

    static final int ROOT_NUMBER = 4;
    static final int ROOT_SIZE = 12;
    static final int ROOT_FROM = 14;

    /** Bytes of the record of a zone. */
    public static final int ZONE_BYTES = 24;
    /** Bytes of a record of slabs without any. */
    public static final int SLABS_BYTES = 12;
    /** Bytes of a record of following slabs without any. */
    public static final int FOLLOWING_BYTES = 4;
    /** Bytes of a record of slabs alike, however many they are. */
    public static final int ALIKE_BYTES = 4;
    /** Bytes of a record of dead slabs, however many they are. */
    public static final int DEAD_BYTES = 8;
    /** Bytes of the record of an epoch without a label. */
    public static final int EPOCH_BYTES = 24;
    /** Bytes of a record of bounds: of what is reserved, or what was issued when the store was closed. */
    public static final int BOUNDS_BYTES = 20;
    /** Bytes of the record that says when an epoch is discarded. */
    public static final int EXPIRY_BYTES = 20;
    /** Bytes of the record that says that the checkpoint is complete. */
    public static final int CHECKPOINT_END_BYTES = 12;
    /** Bytes of the record that says that the store is open again. */
    public static final int REOPENED_BYTES = 12;
    /** Bytes of the record of what was issued. */
    public static final int ISSUED_BYTES = 36;
    /** Bytes of a record of raised ids without any. */
    public static final int RAISED_BYTES = 4;
    /** Bytes of each raised id in its record. */
    public static final int RAISED_ITEM_BYTES = 8;
    /** Bytes of a record of reusable ids without any. */
    public static final int REUSABLE_BYTES = 8;
    /** Bytes of each reusable id in its record. */
    public static final int REUSABLE_ITEM_BYTES = Integer.BYTES;

    static final int SHAPE_BYTES = 8;
    static final int ITEM_BITMAP = 12;
    /** No slab has the last class that fits the field: there are 64 classes at most. */
    private static final int CLASS_MASK = 0x7f;

    private LogRecordLayout() {}

    /** Bytes of the record of an epoch with a label of so many bytes. */
    public static int epochBytes(int labelBytes) {
        return EPOCH_BYTES + roundedUp(labelBytes);
    }

    /** Bytes of the record of the shape of slabs with so many size classes. */
    public static int shapeBytes(int sizeClasses) {
        return SHAPE_BYTES + sizeClasses * Integer.BYTES;
    }

    /** Bytes of one slab in a record of following slabs with bitmaps of that many words. */
    public static int bitmapBytes(int words) {
        return words * Long.BYTES;
    }

    /**
     * Whether the bytes from {@code from} to {@code end} are records that make sense, and refer to each other rightly.
     */
    static boolean areSound(ByteBuffer buffer, int from, int end) {
        // bitmap words of the record of slabs that other records refer to
        int words = 0;
        int record = from;
        while (record < end) {
            int next = end - record < Integer.BYTES ? -1 : record + lengthOf(buffer, record);
            byte kind = buffer.get(record);
            boolean refersToNone =
                    (kind == FOLLOWING && buffer.get(record + 1) != words) || (kind == ALIKE && words == 0);
            if (next <= record || next > end || refersToNone || (kind == ROOT && !isPartOfARoot(buffer, record))) {
                return false;
            }
            if (kind == SLABS && buffer.getShort(record + 2) != 0) {
                words = buffer.get(record + 1);
            }
            record = next;
        }
        return true;
    }

    private static boolean isPartOfARoot(ByteBuffer buffer, int record) {
        int bytes = Short.toUnsignedInt(buffer.getShort(record + 2));
        int size = Short.toUnsignedInt(buffer.getShort(record + ROOT_SIZE));
        int from = Short.toUnsignedInt(buffer.getShort(record + ROOT_FROM));
        return size <= MOST_ROOT_BYTES && from + bytes <= size && (bytes > 0 || size == 0);
    }

    /** Bytes of a record, as its first bytes say; 0 or less if they make no sense. */
    static int lengthOf(ByteBuffer buffer, int at) {
        int count = Short.toUnsignedInt(buffer.getShort(at + 2));
        int words = buffer.get(at + 1);
        return switch (buffer.get(at)) {
            case ZONE -> ZONE_BYTES;
            case SLABS -> words < 1 || words > 4 ? -1 : SLABS_BYTES + count * itemBytes(words);
            case FOLLOWING -> words < 1 || words > 4 ? -1 : FOLLOWING_BYTES + count * bitmapBytes(words);
            case DEAD -> count > MOST_OF_A_RUN ? -1 : DEAD_BYTES;
            case ALIKE -> count > MOST_OF_A_RUN ? -1 : ALIKE_BYTES;
            case EPOCH -> count > MOST_LABEL_BYTES || words < 0 || words > 3 ? -1 : epochBytes(count);
            case RESERVED, CLOSED -> BOUNDS_BYTES;
            case SHAPE -> shapeBytes(count);
            case REUSABLE -> REUSABLE_BYTES + count * REUSABLE_ITEM_BYTES;
            case CHECKPOINT_END -> CHECKPOINT_END_BYTES;
            case REOPENED -> REOPENED_BYTES;
            case EXPIRY -> EXPIRY_BYTES;
            case ISSUED -> ISSUED_BYTES;
            case RAISED -> RAISED_BYTES + count * RAISED_ITEM_BYTES;
            case ROOT -> count > MOST_ROOT_PART_BYTES ? -1 : rootBytes(count);
            default -> -1;
        };
    }

    /** Bytes of the record of a part of the root of so many bytes. */
    public static int rootBytes(int partBytes) {
        return ROOT_BYTES + roundedUp(partBytes);
    }

    private static int roundedUp(int bytes) {
        return (bytes + 3) & ~3;
    }

    /** Bytes of one slab in a record of slabs with bitmaps of that many words. */
    public static int itemBytes(int words) {
        return ITEM_BITMAP + bitmapBytes(words);
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

    /** Size class, or class of packed slabs, in packed facts. */
    public static int sizeClass(int facts) {
        return (facts >>> 1) & CLASS_MASK;
    }

    /** Packed facts as they are, but for a class that no slab has. */
    public static int withoutClass(int facts) {
        return facts | CLASS_MASK << 1;
    }

    /** Whether packed facts say that there is only one generation. */
    public static boolean hasOneGeneration(int facts) {
        return (facts & 1) != 0;
    }
}
