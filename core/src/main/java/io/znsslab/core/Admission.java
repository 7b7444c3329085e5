package io.znsslab.core;

import io.znsslab.core.epoch.EpochPins;
import io.znsslab.core.registry.Backoff;
import io.znsslab.core.slab.EpochGate;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether epochs may be entered at all: yes, until the allocator is closed. Thread-safe.
 *
 * <p>An entry is counted first ({@link EpochPins}) and admitted afterwards; a closing changes the state first and
 * counts the entries afterwards. So either the closing sees the count, or the entry sees the closing.
 */
final class Admission {
    private enum State {
        OPEN,
        /** A closing counts the entries; a thread that comes meanwhile waits for the outcome. */
        IN_QUESTION,
        REFUSED,
        /** Refused, and threads that are inside are not waited for. */
        REVOKED
    }

    private final EpochGate gate;
    private final EpochPins pins;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /** The thread that entered last, by place in the ring. Racy, for messages alone. */
    private final Thread[] entrants;

    Admission(EpochGate gate, EpochPins pins) {
        this.gate = gate;
        this.pins = pins;
        this.entrants = new Thread[gate.epochCount()];
    }

    /** Admits the calling thread, whose entry at that place was counted; false if the allocator is closed. */
    boolean admit(int ringIndex) {
        Thread entrant = Thread.currentThread();
        if (entrants[ringIndex] != entrant) {
            entrants[ringIndex] = entrant;
        }
        for (int tries = 0; state.get() == State.IN_QUESTION; tries++) {
            Backoff.pause(tries);
        }
        return state.get() == State.OPEN;
    }

    /**
     * Lets no thread enter an epoch any more, unless one is inside.
     *
     * @return false if entries were refused before
     * @throws IllegalStateException if an epoch is entered; then all is as before
     */
    boolean refuse() {
        if (!change(State.IN_QUESTION)) {
            return false;
        }
        long inside = entries();
        state.set(inside == 0 ? State.REFUSED : State.OPEN);
        requireNone(inside);
        return true;
    }

    /** @throws IllegalStateException if an epoch is entered at this moment */
    void requireNoneEntered() {
        requireNone(entries());
    }

    private void requireNone(long inside) {
        if (inside != 0) {
            throw new IllegalStateException(
                    "the allocator can't be closed: domains are entered %d times; leave them first%s"
                            .formatted(inside, describeEntries()));
        }
    }

    /** Lets no thread enter an epoch any more, whether or not one is inside; false if entries were refused before. */
    boolean revoke() {
        return change(State.REVOKED);
    }

    boolean isRevoked() {
        return state.get() == State.REVOKED;
    }

    /** False if entries are refused already. */
    private boolean change(State to) {
        for (int tries = 0; !state.compareAndSet(State.OPEN, to); tries++) {
            if (state.get() == State.REFUSED || state.get() == State.REVOKED) {
                return false;
            }
            Backoff.pause(tries);
        }
        return true;
    }

    /** Which epochs are entered, and which thread came into each last. */
    private String describeEntries() {
        StringBuilder description = new StringBuilder();
        for (int ringIndex = 0; ringIndex < entrants.length; ringIndex++) {
            Thread entrant = entrants[ringIndex];
            long entries = pins.entries(ringIndex);
            if (entries > 0 && entrant != null) {
                description.append("; epoch %d, %d times, last by thread \"%s\"%s"
                        .formatted(
                                gate.lopLastOpened(ringIndex),
                                entries,
                                entrant.getName(),
                                entrant.isAlive() ? "" : ", which has ended"));
            }
        }
        return description.toString();
    }

    /** Entries of all epochs together. */
    private long entries() {
        long sum = 0;
        for (int ringIndex = 0; ringIndex < gate.epochCount(); ringIndex++) {
            sum += pins.entries(ringIndex);
        }
        return sum;
    }
}
