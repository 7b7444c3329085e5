package io.znsslab.core;

import java.util.concurrent.CompletableFuture;

/** The future of a read, for those who want one: it is also what the read tells of its end. */
final class FutureOfRead extends CompletableFuture<Integer> implements ReadListener {
    @Override
    public void readEnded(long handle, int copied, RuntimeException failure) {
        if (failure == null) {
            complete(copied);
        } else {
            completeExceptionally(failure);
        }
    }
}
