package io.znsslab.core.worker;

/** How much of something is under way, told by one thread at a time and read by anybody. */
public final class InFlightGauge {
    private volatile int current;
    private volatile int most;

    /** None under way yet. */
    public InFlightGauge() {}

    /** Tells how much it is now. By the one thread that knows. */
    public void set(int depth) {
        current = depth;
        if (depth > most) {
            most = depth;
        }
    }

    /** How much it is. */
    public int current() {
        return current;
    }

    /** The most that was told. */
    public int most() {
        return most;
    }
}
