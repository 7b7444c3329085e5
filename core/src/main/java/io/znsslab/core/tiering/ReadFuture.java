package io.znsslab.core.tiering;

import io.znsslab.core.ReadListener;
import io.znsslab.core.worker.GuardedFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The future of a read, and the listener of that read: called on a thread of the tier, it has a thread complete it that
 * may run continuations.
 */
final class ReadFuture extends GuardedFuture<Integer> implements ReadListener, Runnable {
    private final Executor completions;
    /** The thread that began the read, until it hands the future out. */
    private volatile @Nullable Thread beginner = Thread.currentThread();

    private int copied;
    private @Nullable RuntimeException failure;

    ReadFuture(Executor completions) {
        this.completions = completions;
    }

    @Override
    public void readEnded(long handle, int bytesCopied, @Nullable RuntimeException reason) {
        copied = bytesCopied;
        failure = reason;
        if (Thread.currentThread() == beginner) {
            // The caller has not got the future yet, so nothing can be attached to it.
            run();
        } else {
            completions.execute(this);
        }
    }

    /** Ends the time in which no continuation can be attached. For the thread that made the future. */
    ReadFuture handOut() {
        beginner = null;
        return this;
    }

    @Override
    public void run() {
        if (failure == null) {
            complete(copied);
        } else {
            completeExceptionally(failure);
        }
    }
}
