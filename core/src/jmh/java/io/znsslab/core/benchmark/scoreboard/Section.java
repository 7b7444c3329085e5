package io.znsslab.core.benchmark.scoreboard;

/** Parts of the table that can be asked for alone. */
enum Section {
    /** Allocations and frees in the patterns A, B, churn. */
    PAIRS,
    /** Producers and consumers. */
    HANDOVER,
    /** Whole requests. */
    REQUESTS,
    /** From handles to bytes. */
    RESOLVE,
    /** Discards, by slab. */
    DISCARD,
    /** Distributions of single operations. */
    LATENCY,
    /** What memory costs. */
    FOOTPRINT
}
