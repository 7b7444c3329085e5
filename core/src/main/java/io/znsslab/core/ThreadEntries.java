package io.znsslab.core;

import java.util.HashMap;
import java.util.Map;

/**
 * How often each thread is inside a domain that any number of threads may enter, each for itself: whether a thread has
 * entered it and not left it yet. Once a thread has left an entry of another one, no entry can be told to belong to a
 * thread any more, and none does; before, an entry that another thread is going to leave is its maker's. Not
 * thread-safe.
 */
final class ThreadEntries {
    private static final class Count {
        private int entries;
    }

    private final Map<Thread, Count> counts = new HashMap<>();
    private boolean handedOver;

    /** The thread is about to enter. */
    void enter(Thread thread) {
        if (!handedOver) {
            counts.computeIfAbsent(thread, _ -> new Count()).entries++;
        }
    }

    /** The thread has left, once; or could not enter. */
    void exit(Thread thread) {
        Count count = counts.get(thread);
        if (count == null) {
            handedOver = true;
            counts.clear();
        } else if (--count.entries == 0) {
            counts.remove(thread);
        }
    }

    /** No thread is inside any more. */
    void clear() {
        counts.clear();
    }

    /** Whether the thread has entered and not left. */
    boolean contains(Thread thread) {
        return counts.containsKey(thread);
    }
}
