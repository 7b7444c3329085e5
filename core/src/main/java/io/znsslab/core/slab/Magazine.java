package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import java.util.Arrays;

/**
 * The frames of one class that a stripe keeps: hot ones, which have memory, and a run of adjacent ones, which have none
 * yet. Belongs to the stripe's holder.
 */
public final class Magazine {
    private static final int FIRST_ROOM = 32;

    private final int capacity;
    private int[] hot;
    private int hotCount;
    private int runNext;
    private int runEnd;

    Magazine(int capacity) {
        this.capacity = capacity;
        this.hot = new int[Math.min(capacity, FIRST_ROOM)];
    }

    /** A hot frame, or none. */
    int popHot() {
        return hotCount == 0 ? NO_FRAME : hot[--hotCount];
    }

    /** Keeps a hot frame; false when the magazine is full. */
    public boolean pushHot(int frame) {
        if (hotCount == hot.length) {
            if (hotCount == capacity) {
                return false;
            }
            hot = Arrays.copyOf(hot, Math.min(capacity, 2 * hotCount));
        }
        hot[hotCount++] = frame;
        return true;
    }

    /** The next frame of the run, or none. */
    int popRun() {
        return runNext == runEnd ? NO_FRAME : runNext++;
    }

    void setRun(int first, int count) {
        runNext = first;
        runEnd = first + count;
    }

    int[] hot() {
        return hot;
    }

    int hotCount() {
        return hotCount;
    }

    void setHotCount(int count) {
        hotCount = count;
    }

    boolean isEmpty() {
        return hotCount == 0 && runNext == runEnd;
    }

    int runFirst() {
        return runNext;
    }

    int runCount() {
        return runEnd - runNext;
    }
}
