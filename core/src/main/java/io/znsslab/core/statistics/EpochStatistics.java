package io.znsslab.core.statistics;

/**
 * Epochs since the allocator was built.
 *
 * @param closed how many were closed
 * @param drainedAtClose how many of them had nothing left then: discarded, or all objects freed. A low share says that
 *     long-lived objects are allocated in short-lived epochs
 * @param slabsReturned slabs that closings returned
 * @param bytesReturned bytes that closings gave back to the operating system; not what stayed hot for the next domain,
 *     see {@link io.znsslab.core.SlabAllocatorBuilder#hotBytes hotBytes}, and went back later
 */
public record EpochStatistics(long closed, long drainedAtClose, long slabsReturned, long bytesReturned) {
    /** Share of closed epochs that drained at close: 0 to 1, and 1 if none was closed. */
    public double drainedShare() {
        return closed == 0 ? 1 : (double) drainedAtClose / closed;
    }
}
