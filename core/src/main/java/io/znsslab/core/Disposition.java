package io.znsslab.core;

/** What becomes of the slabs of an epoch that closes. */
public enum Disposition {
    /** Allocation stops; empty slabs go back at once, each other one when its last object is freed. */
    RECLAIM,
    /** Everything in the epoch is dead: all its handles are stale at once and all its slabs go back. */
    DISCARD,
    /** Live slabs move to the cold tier; their handles keep working. Needs a tier. */
    DEMOTE
}
