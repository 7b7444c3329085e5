package io.znsslab.tier.format;

import io.znsslab.core.cold.SlabShape;
import java.util.Arrays;

/** A shape of slabs without an allocator. */
public final class TestShape implements SlabShape {
    /** The classes of an allocator without settings. */
    public static final TestShape USUAL = new TestShape(4096, 64, 96, 128, 192, 256, 384, 512, 768);

    private final int slabBytes;
    private final int[] slotBytes;

    public TestShape(int slabBytes, int... slotBytes) {
        this.slabBytes = slabBytes;
        this.slotBytes = Arrays.copyOf(slotBytes, slotBytes.length + 1);
        this.slotBytes[slotBytes.length] = slabBytes / 256;
    }

    @Override
    public int slabBytes() {
        return slabBytes;
    }

    @Override
    public int headerBytes() {
        return 64;
    }

    @Override
    public int sizeClasses() {
        return slotBytes.length - 1;
    }

    @Override
    public int slotBytes(int sizeClass) {
        return slotBytes[sizeClass];
    }

    @Override
    public int slots(int sizeClass) {
        return Math.min(256, (slabBytes - headerBytes()) / slotBytes[sizeClass]);
    }

    @Override
    public int bitmapWords() {
        return (slots(0) + Long.SIZE - 1) / Long.SIZE;
    }

    @Override
    public int handleVersion() {
        return 2;
    }
}
