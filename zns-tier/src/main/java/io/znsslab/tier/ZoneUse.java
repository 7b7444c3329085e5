package io.znsslab.tier;

/** What we use a zone for. Moves in the order FREE, OPEN, SEALED, RESETTING, FREE; any of them may end as UNUSABLE. */
public enum ZoneUse {
    /** Empty; can be given out. */
    FREE,
    /** Being written. */
    OPEN,
    /** Not written any more; read, and reset once nothing in it is live. */
    SEALED,
    /** Dead; closed to readers. */
    RESETTING,
    /** Holds superblocks. */
    METADATA,
    /** Conventional, read-only, offline, or holds what we can't account for. */
    UNUSABLE
}
