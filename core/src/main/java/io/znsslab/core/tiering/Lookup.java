package io.znsslab.core.tiering;

/**
 * How the way of a handle to its object ends, where an operation is asked for one. Below 0 are the ends at which there
 * is no object, so that a count of bytes may stand in the place of {@link #FOUND}.
 */
public final class Lookup {
    /** The object was there; the operation is done. */
    public static final int FOUND = 0;

    /** The handle is stale, or never was one. Public reads answer with this number, too. */
    public static final int STALE = -1;

    /** The word of the slab has changed before the answer was certain: look again. */
    public static final int MOVED = -2;

    /** A listener gets the answer. */
    public static final int PENDING = -3;

    /** The slab is not at home in the stripe that was asked: ask as any other thread would. */
    public static final int ELSEWHERE = -4;

    private Lookup() {}

    /** {@link #FOUND} or {@link #STALE}. */
    static int found(boolean found) {
        return found ? FOUND : STALE;
    }
}
