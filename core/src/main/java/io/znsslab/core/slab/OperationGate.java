package io.znsslab.core.slab;

import io.znsslab.core.registry.Backoff;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A count of operations under way, and a gate before them that can be shut for good: once the thread that shut it has
 * waited, no operation is under way any more, and none begins (run-down protection, as the Windows kernel calls it). So
 * what an operation may still write after the checks at its beginning is written before the wait ends.
 *
 * <p>Thread-safe. An operation counts first and reads the gate afterwards; a closing shuts the gate first and reads the
 * count afterwards: so one of them sees the other. The count is spread, so that threads that begin operations at the
 * same time share no cache line. An operation may end in another thread than the one it began in: an end is added where
 * the ending thread counts, and only the sum means anything. A sum that is taken after the gate was shut is never too
 * small, since each beginning that passed the gate is in it.
 */
public final class OperationGate {
    private static final int CELLS = 64;
    // two cache lines, as the prefetcher fetches them in pairs
    private static final int STRIDE = 16;

    private final AtomicLongArray counts = new AtomicLongArray((CELLS + 1) * STRIDE);
    private volatile boolean shut;

    /** Begins an operation; false if the gate is shut. */
    public boolean tryEnter() {
        int cell = cell();
        counts.getAndIncrement(cell);
        if (shut) {
            counts.getAndDecrement(cell);
            return false;
        }
        return true;
    }

    /**
     * Begins an operation.
     *
     * @throws IllegalStateException if the gate is shut
     */
    public void enter() {
        if (!tryEnter()) {
            throw new IllegalStateException("the allocator is closed");
        }
    }

    /** Ends an operation. */
    public void exit() {
        counts.getAndDecrement(cell());
    }

    /**
     * Does an operation.
     *
     * @throws IllegalStateException if the gate is shut
     */
    public <T extends @Nullable Object> T call(Supplier<T> operation) {
        enter();
        try {
            return operation.get();
        } finally {
            exit();
        }
    }

    /** Does an operation unless the gate is shut. */
    public boolean tryRun(Runnable operation) {
        if (!tryEnter()) {
            return false;
        }
        try {
            operation.run();
        } finally {
            exit();
        }
        return true;
    }

    private static int cell() {
        long id = Thread.currentThread().threadId();
        return ((int) (id ^ id >>> 8) & (CELLS - 1)) * STRIDE + STRIDE;
    }

    /** Lets no operation begin any more. */
    public void shut() {
        shut = true;
    }

    /** Whether the gate is shut. */
    public boolean isShut() {
        return shut;
    }

    /** Whether no operation is under way; once true after the gate was shut, true for good. */
    public boolean isIdle() {
        long sum = 0;
        for (int cell = STRIDE; cell < counts.length(); cell += STRIDE) {
            sum += counts.get(cell);
        }
        return sum == 0;
    }

    /** Lets no operation begin any more, and waits until those under way have ended. The caller is in none. */
    public void shutAndAwait() {
        shut();
        for (int tries = 0; !isIdle(); tries++) {
            Backoff.pause(tries);
        }
    }
}
