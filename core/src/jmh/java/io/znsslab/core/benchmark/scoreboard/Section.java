package io.znsslab.core.benchmark.scoreboard;

/** Parts of the table that can be measured alone. */
enum Section {
    /** An allocation and a free, in the patterns A, B and churn. */
    PAIRS,
    /** Objects that one thread allocates and another one frees. */
    HANDOVER,
    /** Whole requests: a lifetime is opened, used and closed. */
    REQUESTS,
    /** The page faults and system calls of requests. */
    KERNEL,
    /** The requests of a new JVM's first seconds. */
    WARM_UP,
    /** Reads by handle and by address. */
    RESOLVE,
    /** The discard of an epoch, per slab. */
    DISCARD,
    /** The latency of single operations, as percentiles. */
    LATENCY,
    /** The memory that the allocator takes besides its objects. */
    FOOTPRINT
}
