package io.znsslab.core.worker;

import java.util.concurrent.CompletionException;

/** Unwraps failures that came through futures. */
public final class Failures {
    private Failures() {}

    /** The failure as a listener takes it: an error, or a checked exception, comes wrapped. */
    public static RuntimeException asRuntimeException(Throwable failure) {
        return failure instanceof RuntimeException runtime ? runtime : new CompletionException(failure);
    }

    /** The reason within the wrappings that futures put around it. */
    public static Throwable reason(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Throws the reason why a future failed that the caller waited for; only a checked exception comes wrapped. */
    public static RuntimeException rethrown(CompletionException failure) {
        Throwable reason = reason(failure);
        if (reason instanceof Error error) {
            throw error;
        }
        throw reason instanceof RuntimeException runtime ? runtime : failure;
    }
}
