package io.znsslab.core.arena;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the frames that may have memory: those granted to slabs, and those lent to what is beside slabs, under a limit
 * for the former and one for both. Thread-safe; both counts are one word, so that the limits hold exactly.
 *
 * <pre>
 *  63     32 31      0
 * | lent    | granted |
 * </pre>
 */
final class FrameGrants {
    private static final int LENT_SHIFT = 32;
    private static final long GRANTED_MASK = (1L << LENT_SHIFT) - 1;

    private record Pressure(long frames, Runnable listener) {}

    private final long limit;
    private final long limitOfAll;
    private final AtomicLong taken = new AtomicLong();
    private volatile Pressure pressure = new Pressure(Long.MAX_VALUE, () -> {});

    /**
     * @param limit frames that may be granted
     * @param limitOfAll frames that may be granted or lent
     */
    FrameGrants(long limit, long limitOfAll) {
        this.limit = limit;
        this.limitOfAll = limitOfAll;
    }

    /** Frames that may be granted at most. */
    long limit() {
        return limit;
    }

    /** Frames that are granted. */
    long granted() {
        return granted(taken.get());
    }

    private static long granted(long seen) {
        return seen & GRANTED_MASK;
    }

    private static long lent(long seen) {
        return seen >>> LENT_SHIFT;
    }

    /** Frames of the limit that can't be granted now, since they are, or are lent. */
    long used() {
        return used(taken.get());
    }

    private long used(long seen) {
        return limit - free(seen);
    }

    /** Frames that can be granted; negative after more was lent than there is. */
    private long free(long seen) {
        return Math.min(limit - granted(seen), -overdrawn(seen));
    }

    /** By how many frames what is granted and lent exceeds the limit of both; negative for what is left. */
    long overdrawn() {
        return overdrawn(taken.get());
    }

    private long overdrawn(long seen) {
        return granted(seen) + lent(seen) - limitOfAll;
    }

    /** Grants frames: as many as wanted, or as there are. */
    int grant(int atMost) {
        while (true) {
            long seen = taken.get();
            int count = (int) Math.min(atMost, free(seen));
            if (count <= 0) {
                return 0;
            }
            if (taken.compareAndSet(seen, seen + count)) {
                notePressure(seen + count);
                return count;
            }
        }
    }

    /** Takes back what was granted. */
    void ungrant(int count) {
        taken.addAndGet(-count);
    }

    /** Lends frames. False, and nothing happens, if they are not there; unless they are to be lent anyway. */
    boolean lend(long count, boolean anyway) {
        while (true) {
            long seen = taken.get();
            if (!anyway && overdrawn(seen) + count > 0) {
                return false;
            }
            long now = seen + (count << LENT_SHIFT);
            if (taken.compareAndSet(seen, now)) {
                notePressure(now);
                return true;
            }
        }
    }

    /** Takes back what was lent. */
    void unlend(long count) {
        taken.addAndGet(-(count << LENT_SHIFT));
    }

    /** Calls the listener each time that more frames than so many are used by a grant or a loan. */
    void onUsedAbove(long frames, Runnable listener) {
        pressure = new Pressure(frames, listener);
    }

    private void notePressure(long now) {
        Pressure known = pressure;
        if (used(now) > known.frames) {
            known.listener.run();
        }
    }
}
