package io.znsslab.core.cold;

import io.znsslab.core.Lifetime;

/**
 * A closed epoch, as the cold tier remembers it over restarts.
 *
 * @param number its number
 * @param label the application's name for it; may be empty
 * @param openedMillis when it was opened, in milliseconds since 1970
 * @param lifetime how long it is expected to live
 * @param maxGeneration a generation that no slab of it has gone beyond
 * @param expiresMillis when it is to be discarded whole, in milliseconds since 1970, or {@link #NO_EXPIRY}
 */
public record ColdEpoch(
        long number, String label, long openedMillis, Lifetime lifetime, int maxGeneration, long expiresMillis) {
    /** The largest {@link #maxGeneration}: ids of slabs of such an epoch are never used again. */
    public static final int NO_GENERATION_LEFT = (1 << 24) - 1;

    /** The {@link #expiresMillis} of an epoch without a set end. */
    public static final long NO_EXPIRY = Long.MAX_VALUE;

    /** An epoch without a set end. */
    public ColdEpoch(long number, String label, long openedMillis, Lifetime lifetime, int maxGeneration) {
        this(number, label, openedMillis, lifetime, maxGeneration, NO_EXPIRY);
    }

    /** The same with another {@link #expiresMillis}. */
    public ColdEpoch expiringAt(long millis) {
        return new ColdEpoch(number, label, openedMillis, lifetime, maxGeneration, millis);
    }
}
