package io.znsslab.core.epoch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who is inside the open epochs: for each place of the ring the number of entries, and whether a closing waits for the last exit.
 *
 * <pre>
 *  | closing waits 1 | entries 32 |
 * </pre>
 *
 * <p>Thread-safe. An entry counts first and looks at the gate afterwards; a closing shuts the gate first and looks at the count afterwards; so one sees the other.
 */
public final class EpochPins {
    private static final long WAITS = 1L << 40;
    private static final int STRIDE_SHIFT = 3;

    private final AtomicLongArray pins;

    /** Nobody inside. */
    public EpochPins(int epochCount) {
        this.pins = new AtomicLongArray((epochCount + 1) << STRIDE_SHIFT);
    }

    /** Counts an entry. */
    public void enter(int ringIndex) {
        pins.getAndIncrement(place(ringIndex));
    }

    /** Takes an entry back; true if it was the last and a closing waits for it: the caller carries that out. */
    public boolean exit(int ringIndex) {
        long left = pins.decrementAndGet(place(ringIndex));
        // Fails when somebody else came in meanwhile: then that one's exit is the last.
        return left == WAITS && pins.compareAndSet(place(ringIndex), WAITS, 0);
    }

    /** Makes the closing wait for the last exit; false if nobody is inside: then the caller closes. Only after the gate is shut. */
    public boolean waitForExit(int ringIndex) {
        while (true) {
            long entries = pins.get(place(ringIndex));
            if (entries == 0) {
                return false;
            }
            if (pins.compareAndSet(place(ringIndex), entries, entries | WAITS)) {
                return true;
            }
        }
    }

    /** Entries at that place. */
    public long entries(int ringIndex) {
        return pins.get(place(ringIndex)) & (WAITS - 1);
    }

    private static int place(int ringIndex) {
        return (ringIndex + 1) << STRIDE_SHIFT;
    }
}
