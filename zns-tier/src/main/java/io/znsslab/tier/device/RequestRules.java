package io.znsslab.tier.device;

/**
 * What a queue asks its device about every request; the place where zone semantics enter. Called by any queue's thread.
 */
interface RequestRules {
    /**
     * Decides whether a request may go to the medium. One that may is followed by exactly one {@link #succeeded} or
     * {@link #failed}.
     *
     * @return null when it may, else why not
     */
    DeviceException refusalOf(IoRequest request);

    /** Where on the medium a device offset lies. */
    long mediumOffset(long deviceOffsetBytes);

    /** All of the request was done. */
    void succeeded(IoRequest request);

    /**
     * The kernel failed the request after some bytes.
     *
     * @param errno positive; 0 when the medium ended early
     * @return what to tell the request's maker
     */
    DeviceException failed(IoRequest request, int transferredBytes, int errno);
}
