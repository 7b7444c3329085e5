package io.znsslab.core.benchmark.latency;

import java.util.Locale;

/** What is timed. */
public enum TimedSection {
    /** Nothing: what remains is the clock's own distribution. */
    EMPTY,
    /** A free and an allocation. */
    PAIR,
    /** An allocation. */
    ALLOCATE,
    /** A free. */
    FREE;

    /** Its name in tables. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
