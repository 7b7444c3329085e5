package io.znsslab.core;

/**
 * No place in the ring of epochs is free: the ring has come round to an epoch that is still open, which must be closed
 * before a new one takes its place.
 */
public final class EpochOpenException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    private final long openEpoch;

    EpochOpenException(long openEpoch, long wantedEpoch, int epochCount) {
        super(("epoch %d can't be opened: its place in the ring of %d is still held by open epoch %d; close "
                        + "that one first, or build the allocator with a larger epochCount")
                .formatted(wantedEpoch, epochCount, openEpoch));
        this.openEpoch = openEpoch;
    }

    /** The epoch that holds the place. */
    public long openEpoch() {
        return openEpoch;
    }
}
