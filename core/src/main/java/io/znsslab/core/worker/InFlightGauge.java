package io.znsslab.core.worker;

/** How many operations are under way: set by one thread at a time, read by any. */
public final class InFlightGauge {
    private volatile int current;
    private volatile int most;

    /** Sets how many are under way now. For one thread at a time. */
    public void set(int depth) {
        current = depth;
        if (depth > most) {
            most = depth;
        }
    }

    /** How many are under way. */
    public int current() {
        return current;
    }

    /** The most that were ever under way. */
    public int most() {
        return most;
    }
}
