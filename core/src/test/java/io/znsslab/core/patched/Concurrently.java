package io.znsslab.core.patched;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Work in a thread of its own, concurrent with the test, which takes its outcome. */
public final class Concurrently<T> {
    private static final int SECONDS = 20;
    private static final Set<Thread.State> STANDING =
            EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);

    private final FutureTask<T> task;
    private final Thread thread;

    private Concurrently(Callable<T> work) {
        this.task = new FutureTask<>(work);
        this.thread = Thread.ofPlatform().daemon().start(task);
    }

    /** Starts a platform thread. */
    public static <T> Concurrently<T> start(Callable<T> work) {
        return new Concurrently<>(work);
    }

    /** Runs an action in a platform thread of its own, and waits for it. */
    public static <T> T run(Callable<T> work) {
        return start(work).join();
    }

    /** Waits until the thread exists and is blocked or waiting. */
    public static void awaitParked(Supplier<Thread> thread) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (thread.get() == null || !STANDING.contains(thread.get().getState())) {
            if (System.nanoTime() > end) {
                throw new AssertionError("a thread of the test does not stand still: " + thread.get());
            }
            Thread.onSpinWait();
        }
    }

    /** Waits until the thread has ended, not only its work; returns its result. */
    public T join() {
        try {
            T answer = task.get(SECONDS, TimeUnit.SECONDS);
            if (!thread.join(Duration.ofSeconds(SECONDS))) {
                throw new AssertionError("a thread of the test is done, and does not end");
            }
            return answer;
        } catch (ExecutionException e) {
            throw new AssertionError("a thread of the test failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("a thread of the test does not end", e);
        }
    }
}
