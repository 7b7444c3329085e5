package io.znsslab.tier;

/**
 * What a demotion does when no zone is left and collecting garbage makes none. In all cases nothing is lost that was
 * not asked to be dropped: slabs that are not written stay in DRAM.
 */
public enum FullDevicePolicy {
    /**
     * The demotion's future fails at once with a {@link io.znsslab.tier.device.DeviceException} whose problem is FULL;
     * its slabs stay in DRAM.
     */
    REJECT,
    /**
     * The demotion waits until slabs are freed or epochs discarded, and a zone becomes empty by that; when it has
     * waited for {@link ZnsTierBuilder#blockAtMost} in a row, it fails as with REJECT. It is the future that waits:
     * closing an epoch still returns at once, except while more than {@link ZnsTierBuilder#backlogBytes} wait. A thread
     * that waits for the backlog can't be interrupted, its interrupt stays set; closing the tier ends the wait, and
     * fails what waits.
     */
    BLOCK,
    /**
     * The oldest epoch that has cold slabs is dropped whole, as by a discard: all its handles are stale, which the
     * statistics count. If there is none to drop, the demotion fails as with REJECT.
     */
    EVICT_OLDEST
}
