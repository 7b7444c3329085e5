package io.znsslab.tier.transfer;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.cold.SlabShape;
import java.util.Collections;

/** The shape that the header of an export names. */
record ExportedShape(ExportHeader header) implements SlabShape {
    private static final int MOST_SLOTS = 256;

    @Override
    public int slabBytes() {
        return header.slabBytes();
    }

    @Override
    public int headerBytes() {
        return Frame.SLAB_HEADER_BYTES;
    }

    @Override
    public int sizeClasses() {
        return header.slotBytes().size();
    }

    @Override
    public int slotBytes(int sizeClass) {
        return sizeClass == packedClass()
                ? slabBytes() / MOST_SLOTS
                : header.slotBytes().get(sizeClass);
    }

    @Override
    public int slots(int sizeClass) {
        return slotsOf(slotBytes(sizeClass));
    }

    private int slotsOf(int slotBytes) {
        return Math.min(MOST_SLOTS, (slabBytes() - headerBytes()) / slotBytes);
    }

    @Override
    public int bitmapWords() {
        return (slotsOf(Collections.min(header.slotBytes())) + Long.SIZE - 1) / Long.SIZE;
    }

    @Override
    public int handleVersion() {
        return header.handles() == HandleFormat.COMPACT ? 1 : 2;
    }
}
