package io.znsslab.tier.inspect;

/** Receives how far a verification has come. */
@FunctionalInterface
public interface VerifyProgress {
    /** Ignores it. */
    VerifyProgress NONE = (done, total) -> {};

    /**
     * Another piece was read.
     *
     * @param doneBytes bytes that were read so far
     * @param totalBytes bytes that there are to read in all, as far as is known by now
     */
    void verified(long doneBytes, long totalBytes);
}
