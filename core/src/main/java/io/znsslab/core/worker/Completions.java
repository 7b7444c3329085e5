package io.znsslab.core.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Threads on which futures are completed, and with them runs what users attached to these: they may block. A task that
 * blocks keeps no other waiting, since a thread that begins one sees to it first that another thread comes for the
 * next.
 *
 * <p>There are as many threads as tasks block at a time: up to {@link #MOST_PLATFORM_THREADS} platform threads, virtual
 * ones beyond. They end a moment after there was nothing to do for them, and do not keep the JVM alive. Tasks begin in
 * the order in which they were given. Thread-safe.
 */
public final class Completions implements Executor {
    /** Tasks that block beyond that many have virtual threads. */
    static final int MOST_PLATFORM_THREADS = 32;

    private static final System.Logger LOGGER = System.getLogger(Completions.class.getName());
    private static final long IDLE_MILLIS = 1_000;
    private static final String NAME = "zns-slab-completion";

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Whether a thread is on its way to the queue: it sees every task that was added before it resets this. */
    private final AtomicBoolean coming = new AtomicBoolean();

    private final ThreadFactory virtualThreads = Thread.ofVirtual().name(NAME).factory();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            MOST_PLATFORM_THREADS,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name(NAME).factory(),
            (task, _) -> virtualThreads.newThread(task).start());

    /** No thread runs before the first task. */
    public Completions() {}

    /** Runs a task on one of the threads, after those that were given before have begun. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        callThread();
    }

    /**
     * Runs what follows when a request has been answered: here if the caller is the thread that made the request and no
     * agent's, else on one of these threads.
     */
    public void continueFor(Thread requester, Runnable task) {
        if (Thread.currentThread() == requester && !AgentRunner.isOnAgentThread()) {
            task.run();
        } else {
            execute(task);
        }
    }

    private void callThread() {
        // One at a time: that one calls the next when it begins a task and leaves others.
        if (coming.get() || !coming.compareAndSet(false, true)) {
            return;
        }
        try {
            threads.execute(this::work);
        } catch (Throwable e) {
            // No platform thread is to be had; a virtual one takes a little of the heap only.
            startVirtual(e);
        }
    }

    private void startVirtual(Throwable reason) {
        try {
            virtualThreads.newThread(this::work).start();
        } catch (Throwable e) {
            // The task stays in the queue, for the thread that comes for the next.
            coming.set(false);
            e.addSuppressed(reason);
            throw e;
        }
    }

    private void work() {
        // Before the look at the queue: a thread that adds a task after it calls another thread.
        coming.set(false);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            if (!tasks.isEmpty()) {
                callThread();
            }
            perform(task);
        }
    }

    private static void perform(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.ERROR, "a completion failed: " + e, e);
        }
    }

    /**
     * A future for users with the outcome of a stage, completed on one of these threads; one that is complete already
     * is handed out as it is.
     */
    public <T> CompletableFuture<T> handOut(CompletableFuture<T> inner) {
        if (inner.isDone()) {
            return inner;
        }
        GuardedFuture<T> future = new GuardedFuture<>();
        forward(inner, future);
        return future;
    }

    /** Completes a future as the stage completes, on one of these threads. */
    public <T> void forward(CompletionStage<T> inner, CompletableFuture<T> future) {
        var _ = inner.whenComplete((result, failure) -> execute(() -> complete(future, result, failure)));
    }

    /**
     * Completes a future with a result, or with the failure if there is one, freed of the wrapping that stages put
     * around it.
     */
    public static <T> void complete(CompletableFuture<T> future, @Nullable T result, @Nullable Throwable failure) {
        if (failure == null) {
            future.complete(result);
        } else {
            future.completeExceptionally(
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure);
        }
    }
}
