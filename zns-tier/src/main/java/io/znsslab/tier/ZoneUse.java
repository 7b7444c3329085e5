package io.znsslab.tier;

/**
 * The tier's use of a zone. Moves in the order FREE, OPEN, SEALED, RESETTING, FREE; any of them may end as UNUSABLE.
 */
public enum ZoneUse {
    /** Empty and available. */
    FREE,
    /** Being written. */
    OPEN,
    /** Not written any more; readable, and reset once no slab in it is live. */
    SEALED,
    /** Dead; closed to readers. */
    RESETTING,
    /** Holds superblocks. */
    METADATA,
    /** Conventional, read-only, offline, or with contents that can't be accounted for. */
    UNUSABLE
}
