package io.znsslab.core;

import io.znsslab.core.arena.SlabGeometry;

/** The geometry as a cold tier sees it. */
record SlabShape(SlabGeometry geometry) implements ColdSlabs {
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
        return geometry.classes();
    }

    @Override
    public int slotBytes(int sizeClass) {
        return geometry.slotBytes(sizeClass);
    }

    @Override
    public int slots(int sizeClass) {
        return geometry.slots(sizeClass);
    }
}
