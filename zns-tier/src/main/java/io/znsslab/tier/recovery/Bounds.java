package io.znsslab.tier.recovery;

/**
 * Bounds of what may be issued.
 *
 * @param slabIds slab ids are below
 * @param epochs numbers of epochs are below
 */
record Bounds(long slabIds, long epochs) {
    /** The higher one of each. */
    Bounds max(long otherSlabIds, long otherEpochs) {
        return otherSlabIds <= slabIds && otherEpochs <= epochs
                ? this
                : new Bounds(Math.max(slabIds, otherSlabIds), Math.max(epochs, otherEpochs));
    }
}
