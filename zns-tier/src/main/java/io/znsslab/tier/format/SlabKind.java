package io.znsslab.tier.format;

import io.znsslab.core.cold.SlabShape;

/**
 * The kinds of slabs, which differ in how objects lie in them, as images and summaries name them in a byte {@code k}.
 */
final class SlabKind {
    /** Slots of one size, an object in each; its class is that of the size. */
    static final byte CLASSED = 0;
    /** Objects of any size, one after the other; the class is the number after the last size class. */
    static final byte PACKED = 1;

    private SlabKind() {}

    /** The kind of slabs of that class. */
    static byte of(int sizeClass, SlabShape shape) {
        return sizeClass == shape.packedClass() ? PACKED : CLASSED;
    }
}
