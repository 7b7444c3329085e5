package io.znsslab.core.tiering;

/**
 * Outcomes of an operation on the object of a handle. Those without an object are below 0, so that a count of bytes may
 * stand in the place of {@link #FOUND}.
 */
public final class Lookup {
    /** The object was there; the operation is done. */
    public static final int FOUND = 0;

    /** The handle is stale, or never was one. Public reads answer with this number, too. */
    public static final int STALE = -1;

    /** The slab's word changed before the answer was certain: the caller looks again. */
    public static final int MOVED = -2;

    /** The listener gets the answer. */
    public static final int PENDING = -3;

    /**
     * The slab has its home in another stripe, or its epoch is being closed: the caller does as any other thread would.
     */
    public static final int ELSEWHERE = -4;

    private Lookup() {}

    /** {@link #FOUND} or {@link #STALE}. */
    static int found(boolean found) {
        return found ? FOUND : STALE;
    }
}
