package io.znsslab.tier.recovery;

/**
 * Bounds of what may be issued.
 *
 * @param slabIds all slab ids are below this
 * @param epochs all numbers of epochs are below this
 */
record Bounds(long slabIds, long epochs) {
    private static final int COMPACT_HANDLES = 1;
    private static final long EPOCHS_AHEAD = 1L << 32;

    /** The higher bound of each kind. */
    Bounds max(Bounds other) {
        return new Bounds(Math.max(slabIds, other.slabIds), Math.max(epochs, other.epochs));
    }

    /** Whether all that is below these bounds is below the other ones, too. */
    boolean isWithin(Bounds other) {
        return slabIds <= other.slabIds && epochs <= other.epochs;
    }

    /** These bounds, limited to slab ids that handles of that version can name. */
    Bounds nameable(int handleVersion) {
        return new Bounds(Math.min(slabIds, 1L << (handleVersion == COMPACT_HANDLES ? 22 : 30)), epochs);
    }

    /** These bounds and as much more as is reserved at a time. */
    Bounds ahead(int handleVersion) {
        long ids = 1L << (handleVersion == COMPACT_HANDLES ? 10 : 16);
        return new Bounds(slabIds + ids, epochs + EPOCHS_AHEAD).nameable(handleVersion);
    }

    /**
     * These bounds and as much more as a region promises that the next region will keep to: a 64th or 128th part of all
     * ids, so that a region is seldom begun for nothing but another promise.
     */
    Bounds farAhead(int handleVersion) {
        long ids = 1L << (handleVersion == COMPACT_HANDLES ? 16 : 23);
        return new Bounds(slabIds + ids, epochs + (EPOCHS_AHEAD << 8)).nameable(handleVersion);
    }
}
