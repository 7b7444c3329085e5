package io.znsslab.core;

import org.jspecify.annotations.Nullable;

/**
 * Receives the outcome of a read that no thread waits for. One listener may serve any number of reads; calling it
 * allocates nothing on the heap.
 */
@FunctionalInterface
public interface ReadListener {
    /**
     * The read is over. Called once for each read: on the thread that began it, before the call that began it returns,
     * or on a thread of the tier, where a listener that takes its time delays all other reads; where the slab moved
     * during the read, or the allocator was closed before the tier ended it, also on a thread of the store that may
     * block. It may begin another read. What it throws is logged.
     *
     * @param handle as the reader gave it
     * @param copied the number of bytes copied, or -1 if the handle is stale or the read failed
     * @param failure null, or why a cold object could not be read
     */
    void readEnded(long handle, int copied, @Nullable RuntimeException failure);
}
