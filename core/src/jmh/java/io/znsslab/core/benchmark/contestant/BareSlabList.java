package io.znsslab.core.benchmark.contestant;

import java.util.Arrays;

/** A stack of slabs, last in, first out. For one thread, or for all by the shared methods alone. */
final class BareSlabList {
    private int[] slabs = new int[8];
    private volatile boolean maybeShared;
    private int count;

    void push(int slab) {
        if (count == slabs.length) {
            slabs = Arrays.copyOf(slabs, 2 * count);
        }
        slabs[count++] = slab;
    }

    /** The slab pushed last; 0 if there is none. */
    int pop() {
        return count == 0 ? 0 : slabs[--count];
    }

    synchronized void pushShared(int slab) {
        push(slab);
        maybeShared = true;
    }

    /** As {@link #pop}, without the lock while no thread has pushed anything. */
    int popShared() {
        if (!maybeShared) {
            return 0;
        }
        synchronized (this) {
            int slab = pop();
            maybeShared = count > 0;
            return slab;
        }
    }
}
