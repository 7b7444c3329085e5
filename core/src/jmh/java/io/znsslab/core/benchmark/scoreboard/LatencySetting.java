package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.latency.Companion;
import io.znsslab.core.benchmark.workload.Scenario;
import java.util.List;

/** How many objects live, and the load beside the thread whose operations are timed. */
enum LatencySetting {
    /** No other thread. */
    QUIET("100,000 live, nothing beside it, G1", true, Companion.NONE),
    /** The same with few objects. */
    QUIET_THOUSAND("1,000 live, nothing beside it, G1", false, Companion.NONE),
    /** A thread that demotes. */
    DEMOTIONS("100,000 live, another thread demotes, G1", true, Companion.DEMOTIONS),
    /** The same with few objects. */
    DEMOTIONS_THOUSAND("1,000 live, another thread demotes, G1", false, Companion.DEMOTIONS),
    /** A thread that opens and closes requests. */
    REQUESTS("100,000 live, another thread opens and closes requests, G1", true, Companion.REQUESTS),
    /** The same with few objects. */
    REQUESTS_THOUSAND("1,000 live, another thread opens and closes requests, G1", false, Companion.REQUESTS),
    /** A thread that makes garbage, and the default collector. */
    GARBAGE_G1("100,000 live, another thread makes garbage, G1", true, Companion.GARBAGE),
    /** A thread that makes garbage, and the concurrent collector. */
    GARBAGE_ZGC("100,000 live, another thread makes garbage, ZGC", true, Companion.GARBAGE);

    private final String label;
    private final boolean manyLive;
    private final Companion companion;

    LatencySetting(String label, boolean manyLive, Companion companion) {
        this.label = label;
        this.manyLive = manyLive;
        this.companion = companion;
    }

    String label() {
        return label;
    }

    /** Whether random ones of many objects are replaced; else a thousand are allocated and freed again. */
    boolean hasManyLive() {
        return manyLive;
    }

    Companion companion() {
        return companion;
    }

    /**
     * Whether the contestant is measured in this setting. With few objects the allocator is compared with itself, and
     * beside its own work with what the goals name.
     */
    boolean includes(Contestant contestant) {
        if (Scenario.CHURN.exclusion(contestant).isPresent()) {
            return false;
        }
        return switch (this) {
            case QUIET, GARBAGE_G1, GARBAGE_ZGC -> true;
            case DEMOTIONS, REQUESTS -> contestant == Contestant.SLAB || contestant.isPlainMalloc();
            case QUIET_THOUSAND, DEMOTIONS_THOUSAND, REQUESTS_THOUSAND -> contestant == Contestant.SLAB;
        };
    }

    List<String> jvmOptions() {
        return List.of(this == GARBAGE_ZGC ? "-XX:+UseZGC" : "-XX:+UseG1GC");
    }
}
