package io.znsslab.core;

/**
 * Told of the end of a read that nobody waits for. One may serve any number of reads; each call of it allocates
 * nothing.
 */
@FunctionalInterface
public interface ReadListener {
    /**
     * The read is over. Called once a read, by a thread that must not be kept waiting; it may begin another read.
     *
     * @param handle as the reader gave it
     * @param copied the number of bytes copied, or -1 if the handle is stale or the read failed
     * @param failure null, or why a cold object could not be read
     */
    void readEnded(long handle, int copied, RuntimeException failure);
}
