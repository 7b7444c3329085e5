package io.znsslab.tier.uring;

/** Called for each completion that {@link Ring#reap} finds. */
@FunctionalInterface
public interface CompletionHandler {
    /**
     * Handles the completion of an operation.
     *
     * @param userData the value given when the operation was prepared
     * @param result bytes transferred, or a negated errno
     */
    void completed(long userData, int result);
}
