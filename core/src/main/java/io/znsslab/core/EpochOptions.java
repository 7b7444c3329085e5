package io.znsslab.core;

/**
 * How an epoch is opened. Immutable: each method returns a copy.
 *
 * @param label a name for people
 * @param lifetime how long the epoch's objects will live once it is closed
 * @param packed whether all objects go to packed slabs, one after the other, whatever their sizes. That is cheapest for
 *     epochs whose objects end together: an allocation takes what it needs and 16 bytes, rounded up to 1/256 of a slab.
 *     But a packed slab is used again only once all its objects are freed. Objects that are too large for the size
 *     classes always go there
 */
public record EpochOptions(String label, Lifetime lifetime, boolean packed) {
    /** No label, no stated lifetime, objects in the slabs of their size classes. */
    public static final EpochOptions DEFAULT = new EpochOptions("", Lifetime.UNSTATED, false);

    public EpochOptions {
        Arguments.requireNonNull(label, "label");
        Arguments.requireNonNull(lifetime, "lifetime");
    }

    /** The same with another label. */
    public EpochOptions label(String name) {
        return new EpochOptions(name, lifetime, packed);
    }

    /** The same with another lifetime. */
    public EpochOptions lifetime(Lifetime expected) {
        return new EpochOptions(label, expected, packed);
    }

    /** The same, packed or not. */
    public EpochOptions packed(boolean pack) {
        return new EpochOptions(label, lifetime, pack);
    }
}
