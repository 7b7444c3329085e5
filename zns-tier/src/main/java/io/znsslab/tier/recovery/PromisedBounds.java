package io.znsslab.tier.recovery;

/**
 * The bounds that regions of the log promise: all that is reserved while a region counts is below that region's own
 * promise and below that of the region that would answer if the counting one were lost. See the package's description.
 * For one thread.
 */
final class PromisedBounds {
    private final int handleVersion;
    /** The promise of the region that answers if the counting one is lost; null if there is none. */
    private Bounds before;
    /** The promise of the region that counts; null if there is none. */
    private Bounds counting;
    /** The promise of the region that is being written; null if there is none. */
    private Bounds next;

    /** @param counting what the last complete region of earlier openings promises; null if there is none */
    PromisedBounds(int handleVersion, Bounds counting) {
        this.handleVersion = handleVersion;
        this.counting = counting;
    }

    /** The promise of a region that is begun when so much is reserved. */
    Bounds of(Bounds reserved) {
        Bounds far = reserved.farAhead(handleVersion);
        return counting == null ? far : far.max(counting);
    }

    /**
     * Notes that a region is being written, in zones that were emptied: the region that was in them answers no more.
     */
    void begun(Bounds promise) {
        before = counting;
        next = promise;
    }

    /** Notes that the region that was begun last counts. */
    void complete() {
        before = counting;
        counting = next;
    }

    /** Whether so much may be reserved now. */
    boolean cover(Bounds wanted) {
        // The first region of all has none before it; in an opening that has begun none, the last region answers alone.
        Bounds last = before != null ? before : counting;
        return last == null || wanted.isWithin(last);
    }

    /** Whether another region should be begun, since what may be reserved is used up but for a quarter. */
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
