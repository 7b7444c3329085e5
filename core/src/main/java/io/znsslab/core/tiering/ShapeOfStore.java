package io.znsslab.core.tiering;

import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.core.registry.HandleLayout;

/** The shape of a store's slabs, as its cold tier sees it. */
record ShapeOfStore(SlabGeometry geometry, HandleLayout layout) implements SlabShape {
    @Override
    public int slabBytes() {
        return geometry.slabBytes();
    }

    @Override
    public int headerBytes() {
        return SlabGeometry.SLAB_HEADER_BYTES;
    }

    @Override
    public int sizeClasses() {
        return geometry.sizeClasses();
    }

    @Override
    public int slotBytes(int sizeClass) {
        return geometry.slotBytes(sizeClass);
    }

    @Override
    public int slots(int sizeClass) {
        return geometry.slots(sizeClass);
    }

    @Override
    public int bitmapWords() {
        return geometry.bitmapWords();
    }

    @Override
    public int handleVersion() {
        return layout.version();
    }
}
