package io.znsslab.core.benchmark.latency;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that does a portion of work every few milliseconds. It rests in between, so that its effect on the allocator
 * or the collector is measured and not a second thread's use of the memory bus.
 */
final class PacedThread implements AutoCloseable {
    private final Runnable portion;
    private final long periodNanoseconds;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile Throwable failure;

    /** Starts the thread. */
    PacedThread(String name, long periodMilliseconds, Runnable portion) {
        this.portion = portion;
        this.periodNanoseconds = TimeUnit.MILLISECONDS.toNanos(periodMilliseconds);
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::work);
    }

    private void work() {
        try {
            long due = System.nanoTime();
            while (!stopping) {
                portion.run();
                due += periodNanoseconds;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    /**
     * Ends the thread after its current portion.
     *
     * @throws IllegalStateException if a portion failed: what was measured meanwhile was measured without it
     */
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(thread.getName() + " was not waited for", e);
        }
        if (failure != null) {
            throw new IllegalStateException("%s ended: %s".formatted(thread.getName(), failure), failure);
        }
    }
}
