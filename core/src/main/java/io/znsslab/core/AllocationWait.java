package io.znsslab.core;

import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.AgentRunner;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats an allocation as long as the memory is full, up to a time limit. Memory comes back in many ways, by frees of
 * all threads, closings and demotions, and none of them is to pay for a note to those who wait: so a waiter looks, more
 * and more seldom, up to once a millisecond.
 */
final class AllocationWait {
    private static final long SHORTEST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private AllocationWait() {}

    /** A time limit in nanoseconds, checked. */
    static long nanos(Duration timeLimit) {
        if (Arguments.requireNonNull(timeLimit, "timeLimit").isNegative()) {
            throw new IllegalArgumentException("time limit %s: must not be negative".formatted(timeLimit));
        }
        return timeLimit.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : timeLimit.toNanos();
    }

    /**
     * Goes on after an allocation that found no memory.
     *
     * @param relief what is woken to make room; null for none
     * @param allocation answers as {@link SlabAllocator#allocate(long, long)}
     */
    static long allocate(SlabStore store, @Nullable PressureRelief relief, long limitNanos, LongSupplier allocation) {
        String attempt = "an allocation can't wait for memory";
        AgentRunner.requireNoAgentThread(attempt);
        if (store.looks.isWithin()) {
            throw new IllegalStateException(attempt + " within a read callback, which may hold it: let that return");
        }
        long begun = System.nanoTime();
        if (relief != null) {
            relief.look();
        }
        long pause = SHORTEST_PAUSE_NANOS;
        long answer = Handle.ARENA_FULL;
        long left = limitNanos;
        while (answer == Handle.ARENA_FULL
                && left > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(Math.min(pause, left));
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            answer = allocation.getAsLong();
            left = limitNanos - (System.nanoTime() - begun);
        }
        return answer;
    }
}
