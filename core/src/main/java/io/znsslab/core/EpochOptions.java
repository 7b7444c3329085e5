package io.znsslab.core;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How an epoch is opened. Immutable: each method returns a copy.
 *
 * @param label a name for people
 * @param lifetime how long the epoch's objects will live once it is closed
 * @param packed whether all objects go to packed slabs, one after the other, whatever their sizes. That is cheapest for
 *     epochs whose objects end together: an allocation takes what it needs and 16 bytes, rounded up to 1/256 of a slab.
 *     But a packed slab is used again only once all its objects are freed. Objects that are too large for the size
 *     classes always go there
 * @param timeToLive how long after its opening the epoch is discarded, whole and in whichever state and tier it then
 *     is, a fraction of a second late at most, and after the last exit if a domain is entered; positive, or
 *     {@link #UNLIMITED}. It holds over a restart of the program once the epoch is demoted: see
 *     {@link SlabAllocator#discardAt}
 */
public record EpochOptions(String label, Lifetime lifetime, boolean packed, Duration timeToLive) {
    /** The {@link #timeToLive} of an epoch that lives until it is closed and its objects are freed. */
    public static final Duration UNLIMITED = ChronoUnit.FOREVER.getDuration();

    /** No label, no stated lifetime, objects in the slabs of their size classes, no end set. */
    public static final EpochOptions DEFAULT = new EpochOptions("", Lifetime.UNSTATED, false, UNLIMITED);

    public EpochOptions {
        Arguments.requireNonNull(label, "label");
        Arguments.requireNonNull(lifetime, "lifetime");
        if (!Arguments.requireNonNull(timeToLive, "timeToLive").isPositive()) {
            throw new IllegalArgumentException("time to live %s: must be positive".formatted(timeToLive));
        }
    }

    /** The same with another label. */
    public EpochOptions label(String name) {
        return new EpochOptions(name, lifetime, packed, timeToLive);
    }

    /** The same with another lifetime. */
    public EpochOptions lifetime(Lifetime expected) {
        return new EpochOptions(label, expected, packed, timeToLive);
    }

    /** The same, packed or not. */
    public EpochOptions packed(boolean pack) {
        return new EpochOptions(label, lifetime, pack, timeToLive);
    }

    /** The same with another time to live. */
    public EpochOptions timeToLive(Duration time) {
        return new EpochOptions(label, lifetime, packed, time);
    }
}
