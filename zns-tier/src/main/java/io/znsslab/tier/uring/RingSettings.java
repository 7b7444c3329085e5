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
}
