package io.znsslab.tier.uring;

/**
 * The settings of a ring.
 *
 * @param entries submission queue entries, 1–32768; the kernel rounds up to a power of two. The completion queue gets
 *     twice as many
 * @param singleOwner whether only the thread that opens the ring will ever use it: lets the kernel skip its locks and
 *     run completion work in that thread when it waits ({@code IORING_SETUP_SINGLE_ISSUER},
 *     {@code IORING_SETUP_DEFER_TASKRUN}; Linux 6.0 and 6.1), where it can
 */
public record RingSettings(int entries, boolean singleOwner) {
    public RingSettings {
        if (entries < 1 || entries > 32768) {
            throw new IllegalArgumentException("entries must be 1 to 32768: " + entries);
        }
    }

    /**
     * Bytes of memory that the ring of a queue of that depth takes at most: for each entry 64 and 4 bytes of
     * submissions, twice 16 bytes of completions, and the pages that they end in.
     */
    public static long memoryBytes(int depth) {
        // One entry more than the depth, for the wake-up; the kernel takes a power of two.
        return 2 * 4096 + Integer.highestOneBit(2 * depth) * (64L + 4 + 2 * 16);
    }
}
