package io.znsslab.core.benchmark.scoreboard;

/** Parts of the table that can be measured alone. */
enum Section {
    /** Allocations and frees in the patterns A, B, churn. */
    PAIRS,
    /** Producers and consumers. */
    HANDOVER,
    /** Whole requests. */
    REQUESTS,
    /** Reads by handle and by address. */
    RESOLVE,
    /** Discards, per slab. */
    DISCARD,
    /** Distributions of single operations. */
    LATENCY,
    /** The memory cost. */
    FOOTPRINT
}
