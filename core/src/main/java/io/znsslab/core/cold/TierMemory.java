package io.znsslab.core.cold;

/**
 * Memory off the heap that a cold tier takes at most while an allocator is attached, in bytes.
 *
 * @param bufferBytes what data passes through on its way to and from the device, and what the tier shares with the
 *     kernel
 * @param cacheBytes what is kept of slabs that were read
 */
public record TierMemory(long bufferBytes, long cacheBytes) {
    /** No memory. */
    public static final TierMemory NONE = new TierMemory(0, 0);

    public TierMemory {
        if (bufferBytes < 0 || cacheBytes < 0) {
            throw new IllegalArgumentException("memory of a tier must not be negative: %d bytes of buffers, %d of cache"
                    .formatted(bufferBytes, cacheBytes));
        }
    }

    /** Both together. */
    public long bytes() {
        return bufferBytes + cacheBytes;
    }
}
