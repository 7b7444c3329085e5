package io.znsslab.core.walk;

/**
 * A place in a walk over an epoch, from which another walk goes on: see
 * {@link io.znsslab.core.SlabAllocator#walk(WalkCursor)}. Two numbers, which a program may store as it likes: a cursor
 * stays good over demotions, promotions and restarts. Immutable.
 *
 * @param epoch number of the epoch
 * @param position how far the walk has come: 0 is the beginning; other values mean something only to the store that
 *     made them
 */
public record WalkCursor(long epoch, long position) {
    /**
     * Makes a cursor of its parts.
     *
     * @throws IllegalArgumentException if the position is negative, which no walk's is
     */
    public WalkCursor {
        if (position < 0) {
            throw new IllegalArgumentException(
                    "position %d: must be 0 or more; take it from EpochWalk.cursor()".formatted(position));
        }
    }

    /** The beginning of an epoch. */
    public static WalkCursor beginningOf(long epoch) {
        return new WalkCursor(epoch, 0);
    }
}
