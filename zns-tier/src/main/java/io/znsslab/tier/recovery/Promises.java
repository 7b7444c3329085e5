package io.znsslab.tier.recovery;

/**
 * The bounds that turns of the log promise: what is reserved while a turn counts is below its own promise and below
 * that of the turn that would answer if it were lost. See the package's description. For one thread.
 */
final class Promises {
    private final int handleVersion;
    /** What the turn promises that answers if the one that counts is lost; null if there is none. */
    private Bounds before;
    /** What the turn that counts promises; null if there is none. */
    private Bounds counting;
    /** What the turn promises that is being written; null if there is none. */
    private Bounds next;

    /** @param counting what the last complete turn of earlier openings promises; null if there is none */
    Promises(int handleVersion, Bounds counting) {
        this.handleVersion = handleVersion;
        this.counting = counting;
    }

    /** What a turn promises that is begun when so much is reserved. */
    Bounds of(Bounds reserved) {
        Bounds far = reserved.farAhead(handleVersion);
        return counting == null ? far : far.max(counting);
    }

    /** A turn is being written, in zones that were emptied: the turn that was in them answers no more. */
    void begun(Bounds promise) {
        before = counting;
        next = promise;
    }

    /** The turn that was begun last counts. */
    void complete() {
        before = counting;
        counting = next;
    }

    /** Whether so much may be reserved now. */
    boolean cover(Bounds wanted) {
        // The first turn of all has none before it, and in an opening that has begun none the last one answers alone.
        Bounds last = before != null ? before : counting;
        return last == null || wanted.isWithin(last);
    }

    /** Whether another turn should be begun, since what may be reserved is used up but for a quarter. */
    boolean areNearlyUsedUp(Bounds reserved) {
        Bounds far = reserved.farAhead(handleVersion);
        return before != null
                && (isNear(reserved.slabIds(), before.slabIds(), far.slabIds())
                        || isNear(reserved.epochs(), before.epochs(), far.epochs()));
    }

    private static boolean isNear(long reserved, long promised, long far) {
        return promised < far && promised - reserved < (far - reserved) / 4;
    }
}
