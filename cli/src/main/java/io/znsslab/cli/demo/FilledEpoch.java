package io.znsslab.cli.demo;

import io.znsslab.cli.demo.EpochPlan.EpochFate;

/**
 * An epoch of the allocator that the demo has filled: which handles it issued and what has become of it. Used by one
 * thread.
 */
final class FilledEpoch {
    /** Where an epoch stands. */
    enum State {
        OPEN,
        COLD,
        DISCARDED
    }

    private final int ordinal;
    private final long number;
    private final EpochFate fate;
    private final long firstIssue;
    private long endIssue;
    private long slotBytes;
    private State state = State.OPEN;

    FilledEpoch(int ordinal, long number, EpochFate fate, long firstIssue) {
        this.ordinal = ordinal;
        this.number = number;
        this.fate = fate;
        this.firstIssue = firstIssue;
        endIssue = firstIssue;
    }

    /** Its place in the order of filling, from 0. */
    int ordinal() {
        return ordinal;
    }

    /** The allocator's number of it. */
    long number() {
        return number;
    }

    /** What the plan says. */
    EpochFate fate() {
        return fate;
    }

    long firstIssue() {
        return firstIssue;
    }

    /** One past the last issue. */
    long endIssue() {
        return endIssue;
    }

    /** Takes note of an object that was allocated in it: the last one so far. */
    void issued(long end, int length) {
        endIssue = end;
        slotBytes += SizeClasses.slotBytes(length);
    }

    /** What its slabs take at most, in bytes: an estimate. */
    long slabBytes() {
        return slotBytes + slotBytes / 8;
    }

    State state() {
        return state;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isDiscarded() {
        return state == State.DISCARDED;
    }

    void closed() {
        state = fate == EpochFate.DISCARDED ? State.DISCARDED : State.COLD;
    }
}
