package io.znsslab.core.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A future that the thread of an agent refuses to wait for: what completes it may need that thread. The same goes for
 * the stages made of it. Everywhere else it is like any other.
 *
 * @param <T> the result
 */
public class GuardedFuture<T> extends CompletableFuture<T> {
    /** A future that is not complete yet. */
    public GuardedFuture() {}

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new GuardedFuture<>();
    }

    @Override
    public T join() {
        requireNoWait();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        requireNoWait();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        requireNoWait();
        return super.get(timeout, unit);
    }

    private void requireNoWait() {
        if (!isDone()) {
            AgentRunner.requireNoAgentThread("a future can't be waited for");
        }
    }
}
