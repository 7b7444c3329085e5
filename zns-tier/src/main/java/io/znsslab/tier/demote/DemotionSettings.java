package io.znsslab.tier.demote;

/**
 * The bounds of demotion. Bytes in flight are at most {@code 2 * writers * stagingBytes}; a write is at most one
 * staging buffer; the queue is as deep as there are zone writers, plus one for the flush.
 *
 * @param writers how many zones are written at a time, at most; fewer where the device allows fewer
 * @param stagingBytes size of a staging buffer, which an extent must fit into: 128 KiB to 4 MiB, a multiple of 4 KiB
 * @param stripeBytes a demotion gets one zone writer more for each so many bytes
 * @param flushBytes most bytes written that wait for a flush while there is more to write
 * @param backlogBytes most bytes accepted that wait to be written, and never more than a quarter of the allocator's
 *     limit
 */
public record DemotionSettings(int writers, int stagingBytes, long stripeBytes, long flushBytes, long backlogBytes) {
    /** The defaults. */
    public static final DemotionSettings DEFAULTS =
            new DemotionSettings(4, 512 << 10, 4L << 20, 128L << 20, 256L << 20);

    public DemotionSettings {
        if (writers < 1 || writers > 64) {
            throw new IllegalArgumentException("zones written in parallel must be 1 to 64: " + writers);
        }
        if (stagingBytes < 128 << 10 || stagingBytes > 4 << 20 || stagingBytes % 4096 != 0) {
            throw new IllegalArgumentException(
                    "bytes of a write must be 131072 to 4194304, in steps of 4096: " + stagingBytes);
        }
        if (backlogBytes < 1) {
            throw new IllegalArgumentException("bytes of the backlog must be 1 or more: " + backlogBytes);
        }
        if (stripeBytes < 1 || flushBytes < 1) {
            throw new IllegalArgumentException(
                    "bytes for striping and flushing must be 1 or more: " + stripeBytes + ", " + flushBytes);
        }
    }
}
