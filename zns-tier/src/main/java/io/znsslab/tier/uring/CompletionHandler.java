package io.znsslab.tier.uring;

/** Told of each completion that {@link Ring#reap} finds. */
@FunctionalInterface
public interface CompletionHandler {
    /**
     * An operation is over.
     *
     * @param userData what was given when the operation was prepared
     * @param result bytes transferred, or a negated errno
     */
    void completed(long userData, int result);
}
