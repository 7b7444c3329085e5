package io.znsslab.tier.device;

import org.jspecify.annotations.Nullable;

/**
 * The device's rules for requests, which a queue asks about each one; this is where zone semantics enter. Called by any
 * queue's thread.
 */
interface RequestRules {
    /**
     * Decides whether a request may go to the medium. One that may is followed by exactly one {@link #succeeded} or
     * {@link #failed}.
     *
     * @return null when it may, else why not
     */
    @Nullable
    DeviceException refusalOf(IoRequest request);

    /** The offset on the medium for a device offset. */
    long mediumOffset(long deviceOffsetBytes);

    /** Notes that the whole request succeeded. */
    void succeeded(IoRequest request);

    /**
     * Notes that the kernel failed the request after some bytes.
     *
     * @param errno positive; 0 when the medium ended early
     * @return the failure to report to the request's creator
     */
    DeviceException failed(IoRequest request, int transferredBytes, int errno);
}
