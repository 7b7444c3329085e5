package io.znsslab.core;

import io.znsslab.core.worker.GuardedFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The outcome of a closing that waits for the last exit from its epoch. A thread that is inside by an entry which no
 * other thread can leave would wait for itself: waiting for this future, or for a stage made of it, throws there.
 *
 * @param <T> the result
 */
final class LastExitFuture<T> extends GuardedFuture<T> {
    private final long epoch;
    private final BooleanSupplier isCallerInside;

    LastExitFuture(long epoch, BooleanSupplier isCallerInside) {
        this.epoch = epoch;
        this.isCallerInside = isCallerInside;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LastExitFuture<>(epoch, isCallerInside);
    }

    @Override
    public T join() {
        requireOutside();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        requireOutside();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        requireOutside();
        return super.get(timeout, unit);
    }

    private void requireOutside() {
        if (!isDone() && isCallerInside.getAsBoolean()) {
            throw new IllegalStateException(
                    "the closing of epoch %d can't be waited for inside its domain: leave the domain first"
                            .formatted(epoch));
        }
    }
}
