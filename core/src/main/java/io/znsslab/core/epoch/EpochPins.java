package io.znsslab.core.epoch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who is inside the open epochs: for each place of the ring the number of entries, and whether a closing waits for the
 * last exit.
 *
 * <pre>
 *  | closing waits 1 | tag 31 | entries 32 |
 * </pre>
 *
 * <p>The tag is the epoch's number as far as it fits: who comes for an earlier epoch of that place is turned away
 * uncounted, else it could be the last to leave a later one, and would close it too late for who was inside.
 *
 * <p>Thread-safe. An entry counts first and looks at the gate afterwards; a closing shuts the gate first and looks at
 * the count afterwards; so one sees the other.
 */
public final class EpochPins {
    private static final long WAITS = 1L << 63;
    private static final int TAG_SHIFT = 32;
    private static final long ENTRIES = (1L << TAG_SHIFT) - 1;
    private static final long TAG = ~(WAITS | ENTRIES);
    private static final int STRIDE_SHIFT = 3;

    private final AtomicLongArray pins;

    /** Nobody inside. */
    public EpochPins(int epochCount) {
        this.pins = new AtomicLongArray((epochCount + 1) << STRIDE_SHIFT);
    }

    /**
     * Makes the place the epoch's; false while somebody who came too late for the one before is still there. Before the
     * epoch's gate opens.
     */
    public boolean begin(int ringIndex, long epoch) {
        long seen = pins.get(place(ringIndex));
        return (seen & ENTRIES) == 0 && pins.compareAndSet(place(ringIndex), seen, tag(epoch));
    }

    /**
     * Makes the place of an epoch that has ended the next one's, with one inside; false if the place is another epoch's
     * by now, or somebody came too late and is still there.
     */
    public boolean reopen(int ringIndex, long ended, long epoch) {
        return pins.compareAndSet(place(ringIndex), tag(ended), tag(epoch) | 1);
    }

    /** Takes an entry back if it is the only one and no closing waits; else false. Only after the gate is shut. */
    public boolean exitAlone(int ringIndex, long epoch) {
        return pins.compareAndSet(place(ringIndex), tag(epoch) | 1, tag(epoch));
    }

    /** Counts an entry; false if the place is not the epoch's. */
    public boolean enter(int ringIndex, long epoch) {
        while (true) {
            long seen = pins.get(place(ringIndex));
            if ((seen & TAG) != tag(epoch)) {
                return false;
            }
            if (pins.compareAndSet(place(ringIndex), seen, seen + 1)) {
                return true;
            }
        }
    }

    /** Takes an entry back; true if it was the last and a closing waits for it: the caller carries that out. */
    public boolean exit(int ringIndex) {
        long left = pins.decrementAndGet(place(ringIndex));
        // Fails when somebody else came in meanwhile: then that one's exit is the last.
        return (left & WAITS) != 0 && (left & ENTRIES) == 0 && pins.compareAndSet(place(ringIndex), left, left & TAG);
    }

    /**
     * Makes the closing wait for the last exit; false if nobody is inside: then the caller closes. Only after the gate
     * is shut.
     */
    public boolean waitForExit(int ringIndex) {
        while (true) {
            long seen = pins.get(place(ringIndex));
            if ((seen & ENTRIES) == 0) {
                return false;
            }
            if (pins.compareAndSet(place(ringIndex), seen, seen | WAITS)) {
                return true;
            }
        }
    }

    /** Ends the waiting of a closing; true if one was waiting: no exit carries it out now. */
    public boolean cancelWait(int ringIndex) {
        while (true) {
            long seen = pins.get(place(ringIndex));
            if ((seen & WAITS) == 0) {
                return false;
            }
            if (pins.compareAndSet(place(ringIndex), seen, seen & ~WAITS)) {
                return true;
            }
        }
    }

    /** Entries at that place. */
    public long entries(int ringIndex) {
        return pins.get(place(ringIndex)) & ENTRIES;
    }

    private static long tag(long epoch) {
        return epoch << TAG_SHIFT & TAG;
    }

    private static int place(int ringIndex) {
        return (ringIndex + 1) << STRIDE_SHIFT;
    }
}
