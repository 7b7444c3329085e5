package io.znsslab.cli.demo;

/**
 * What becomes of epochs and objects, decided beforehand so that the check needs no notes: an epoch's fate follows from
 * its number, an object's from its issue number and the seed.
 *
 * @param epochs how many are filled, 1 or more
 * @param seed of the run
 */
record EpochPlan(long epochs, long seed) {
    private static final int HOT_SHARE = 8;
    private static final int DISCARD_EVERY = 7;
    private static final int DISCARD_PHASE = 3;
    private static final int FREED_EARLY_OF_16 = 1;
    private static final int FREED_LATE_OF_16 = 1;

    EpochPlan {
        if (epochs < 1) {
            throw new IllegalArgumentException("a plan for " + epochs + " epochs");
        }
    }

    /** What becomes of an epoch. */
    enum EpochFate {
        /** Stays open, in DRAM. */
        HOT,
        /** Closes cold: goes to the device. */
        COLD,
        /** Is thrown away as a whole. */
        DISCARDED
    }

    /** What becomes of an object in an epoch that is not discarded. */
    enum ObjectFate {
        KEPT,
        /** Freed while its epoch is being filled, so that its slot is used again. */
        FREED_EARLY,
        /** Freed after its epoch was closed, in whichever tier it is then. */
        FREED_LATE
    }

    /** Number of epochs that stay hot: the last ones. */
    long hotEpochs() {
        return epochs == 1 ? 0 : Math.max(1, epochs / HOT_SHARE);
    }

    /** Number of epochs that are discarded. */
    long discardedEpochs() {
        long closed = epochs - hotEpochs();
        return (closed + DISCARD_EVERY - 1 - DISCARD_PHASE) / DISCARD_EVERY;
    }

    /** Number of epochs that are demoted. */
    long coldEpochs() {
        return epochs - hotEpochs() - discardedEpochs();
    }

    /**
     * Fate of the epoch that is filled as number {@code ordinal}, from 0. Beyond the plan (when DRAM did not hold an
     * epoch's share): cold.
     */
    EpochFate epochFate(long ordinal) {
        if (ordinal >= epochs) {
            return EpochFate.COLD;
        }
        if (ordinal >= epochs - hotEpochs()) {
            return EpochFate.HOT;
        }
        return ordinal % DISCARD_EVERY == DISCARD_PHASE ? EpochFate.DISCARDED : EpochFate.COLD;
    }

    /** Fate of the object with that issue number. */
    ObjectFate objectFate(long issue) {
        int draw = (int) (Mix.of(seed, issue, 4) & 15);
        if (draw < FREED_EARLY_OF_16) {
            return ObjectFate.FREED_EARLY;
        }
        return draw < FREED_EARLY_OF_16 + FREED_LATE_OF_16 ? ObjectFate.FREED_LATE : ObjectFate.KEPT;
    }
}
