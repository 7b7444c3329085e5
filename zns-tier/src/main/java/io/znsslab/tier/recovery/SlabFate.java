package io.znsslab.tier.recovery;

/** What the log knows of a slab id. */
public enum SlabFate {
    /** The slab is on the device. */
    THERE,
    /** The log names no slab of the id: it was never demoted, or it was discarded or reclaimed. */
    UNKNOWN,
    /** The last object of the slab was freed. */
    EMPTY,
    /** The slab was written by a demotion that was never acknowledged, so that it does not count. */
    UNACKNOWLEDGED,
    /** The slab should be on the device, and can't be where the log says it is. */
    LOST
}
