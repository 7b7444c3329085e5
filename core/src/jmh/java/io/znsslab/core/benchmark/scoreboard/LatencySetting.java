package io.znsslab.core.benchmark.scoreboard;

import java.util.List;

/** The load beside the thread whose operations are timed. */
enum LatencySetting {
    /** No other thread. */
    QUIET("nothing beside it, G1", false, "-XX:+UseG1GC"),
    /** A thread that makes garbage, and the default collector. */
    GARBAGE_G1("another thread makes garbage, G1", true, "-XX:+UseG1GC"),
    /** A thread that makes garbage, and the concurrent collector. */
    GARBAGE_ZGC("another thread makes garbage, ZGC", true, "-XX:+UseZGC");

    private final String label;
    private final boolean garbage;
    private final String collector;

    LatencySetting(String label, boolean garbage, String collector) {
        this.label = label;
        this.garbage = garbage;
        this.collector = collector;
    }

    String label() {
        return label;
    }

    boolean hasGarbage() {
        return garbage;
    }

    List<String> jvmOptions() {
        return List.of(collector);
    }
}
