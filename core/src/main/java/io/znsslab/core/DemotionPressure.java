package io.znsslab.core;

/**
 * When the allocator demotes by itself: as soon as more of its memory is in use than the high watermark, it demotes
 * epochs that are closed and live on in DRAM, the oldest first, until no more than the low watermark is.
 *
 * <p>So a segment that {@link SlabAllocator#resolve} returned for an object of a closed epoch may lose its bytes at any
 * time: an application that uses this reads by copy ({@link SlabAllocator#read}), or keeps the epoch open.
 *
 * @param highPercent of the limit: 1 to 100
 * @param lowPercent of the limit: 0 to {@code highPercent}
 */
public record DemotionPressure(int highPercent, int lowPercent) {
    public DemotionPressure {
        if (highPercent < 1 || highPercent > 100 || lowPercent < 0 || lowPercent > highPercent) {
            throw new IllegalArgumentException(
                    "watermarks of %d and %d percent: the high one must be 1 to 100, the low one 0 to the high one"
                            .formatted(highPercent, lowPercent));
        }
    }
}
