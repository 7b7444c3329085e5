package io.znsslab.core.epoch;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The entries of the open epochs: for each place of the ring their number, whether one is that of a confined domain,
 * and whether a closing waits for the last exit.
 *
 * <pre>
 *  | closing waits 1 | tag 31 | confined 1 | entries 31 |
 * </pre>
 *
 * <p>The tag is the epoch's number as far as it fits. It has an entry for an earlier epoch of that place turned away
 * uncounted: its thread could otherwise be the last to leave a later epoch, and would close that too early for those
 * inside.
 *
 * <p>"Confined" stands beside the entries and not in a table of its own, since it changes when they do: a request's
 * domain is marked by the store that counts it.
 *
 * <p>Thread-safe. An entry counts first and looks at the gate afterwards; a closing shuts the gate first and looks at
 * the count afterwards; so one sees the other.
 */
public final class EpochPins {
    /** An epoch that opens without an entry. */
    public static final long NO_ENTRY = 0;

    /** An epoch that opens with one entry, of a shared domain. */
    public static final long SHARED_ENTRY = 1;

    private static final long WAITS = 1L << 63;
    private static final int TAG_SHIFT = 32;
    private static final long CONFINED = 1L << (TAG_SHIFT - 1);
    private static final long ENTRIES = CONFINED - 1;
    private static final long TAG = ~(WAITS | CONFINED | ENTRIES);
    private static final int STRIDE_SHIFT = 3;

    /** An epoch that opens with one entry, of a confined domain. */
    public static final long CONFINED_ENTRY = CONFINED | 1;

    private final AtomicLongArray pins;

    /** No entries. */
    public EpochPins(int epochCount) {
        this.pins = new AtomicLongArray((epochCount + 1) << STRIDE_SHIFT);
    }

    /**
     * Makes the place the epoch's, with that entry; false while a thread that came too late for the epoch before is
     * still there. Before the epoch's gate opens.
     */
    public boolean begin(int ringIndex, long epoch, long entry) {
        long seen = pins.get(place(ringIndex));
        return (seen & ENTRIES) == 0 && pins.compareAndSet(place(ringIndex), seen, tag(epoch) | entry);
    }

    /**
     * Makes the place of an epoch that has ended the next one's, with that entry; false if the place is another epoch's
     * by now, or a thread came too late and is still there.
     */
    public boolean reopen(int ringIndex, long ended, long epoch, long entry) {
        return pins.compareAndSet(place(ringIndex), tag(ended), tag(epoch) | entry);
    }

    /**
     * Takes the entry of a confined domain back if it is the only one and no closing waits; else false. Only after the
     * gate is shut.
     */
    public boolean exitAlone(int ringIndex, long epoch) {
        return pins.compareAndSet(place(ringIndex), tag(epoch) | CONFINED_ENTRY, tag(epoch));
    }

    /** Whether a confined domain is inside the epoch of that place, as far as the tag can tell which that is. */
    public boolean isConfined(int ringIndex, long epoch) {
        return (pins.get(place(ringIndex)) & (TAG | CONFINED)) == (tag(epoch) | CONFINED);
    }

    /**
     * Notes that the confined domain of the epoch is not inside any more; its entry still counts.
     *
     * @return true for the one caller that did it
     */
    public boolean endConfined(int ringIndex, long epoch) {
        while (true) {
            long seen = pins.get(place(ringIndex));
            if ((seen & CONFINED) == 0 || (seen & TAG) != tag(epoch)) {
                return false;
            }
            if (pins.compareAndSet(place(ringIndex), seen, seen & ~CONFINED)) {
                return true;
            }
        }
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
        // Fails when another thread came in meanwhile: then its exit is the last.
        return (left & WAITS) != 0 && (left & ENTRIES) == 0 && pins.compareAndSet(place(ringIndex), left, left & TAG);
    }

    /**
     * Makes the closing wait for the last exit; false if there is no entry: then the caller closes. Only after the gate
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
