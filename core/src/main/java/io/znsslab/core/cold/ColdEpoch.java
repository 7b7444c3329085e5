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
 */
public record ColdEpoch(long number, String label, long openedMillis, Lifetime lifetime, int maxGeneration) {
    /** The largest {@link #maxGeneration}: ids of slabs of such an epoch are never used again. */
    public static final int NO_GENERATION_LEFT = (1 << 24) - 1;
}
