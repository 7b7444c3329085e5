package io.znsslab.tier.recovery;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.format.SlabImageLayout;
import java.util.Arrays;

/** The shape of slabs as the log records it, for readers that have no allocator. Immutable. */
public final class LoggedShape implements SlabShape {
    private static final int COMPACT = 1;
    private static final int WIDE = 2;
    private static final int MOST_SLOTS = 256;
    private static final int MOST_CLASSES = 63;
    private static final int LEAST_SLAB = 4096;
    private static final int LARGEST_SLAB = 65536;

    private final int handleVersion;
    private final int slabBytes;
    private final int[] slotBytes;

    private LoggedShape(int handleVersion, int slabBytes, int[] slotBytes) {
        this.handleVersion = handleVersion;
        this.slabBytes = slabBytes;
        this.slotBytes = slotBytes.clone();
    }

    /** The shape of those numbers; null if no allocator has such a shape. */
    static LoggedShape of(int handleVersion, int slabBytes, int[] slotBytes) {
        boolean slabs = slabBytes >= LEAST_SLAB && slabBytes <= LARGEST_SLAB && Integer.bitCount(slabBytes) == 1;
        boolean handles = handleVersion == COMPACT || handleVersion == WIDE;
        boolean classes = slotBytes.length >= 1
                && slotBytes.length <= MOST_CLASSES
                && Arrays.stream(slotBytes)
                        .allMatch(bytes -> bytes > Long.BYTES
                                && bytes % Long.BYTES == 0
                                && bytes <= slabBytes - SlabImageLayout.HEADER_BYTES);
        return slabs && handles && classes ? new LoggedShape(handleVersion, slabBytes, slotBytes) : null;
    }

    /** The format of the handles. */
    public HandleFormat handleFormat() {
        return handleVersion == COMPACT ? HandleFormat.COMPACT : HandleFormat.WIDE;
    }

    /** Slot sizes of the size classes, in bytes. */
    public int[] slotBytes() {
        return slotBytes.clone();
    }

    @Override
    public int slabBytes() {
        return slabBytes;
    }

    @Override
    public int headerBytes() {
        return SlabImageLayout.HEADER_BYTES;
    }

    @Override
    public int sizeClasses() {
        return slotBytes.length;
    }

    @Override
    public int slotBytes(int sizeClass) {
        return sizeClass == packedClass() ? slabBytes / MOST_SLOTS : slotBytes[sizeClass];
    }

    @Override
    public int slots(int sizeClass) {
        return Math.min(MOST_SLOTS, (slabBytes - headerBytes()) / slotBytes(sizeClass));
    }

    @Override
    public int bitmapWords() {
        int smallest = Arrays.stream(slotBytes).min().orElseThrow();
        int slots = Math.min(MOST_SLOTS, (slabBytes - headerBytes()) / smallest);
        return (slots + Long.SIZE - 1) / Long.SIZE;
    }

    @Override
    public int handleVersion() {
        return handleVersion;
    }
}
