package io.znsslab.tier;

/**
 * The policy of a demotion that finds no zone left and no garbage to collect. Only EVICT_OLDEST drops data: slabs that
 * are not written stay in DRAM.
 */
public enum FullDevicePolicy {
    /**
     * The demotion's future fails at once with a {@link io.znsslab.tier.device.DeviceException} whose problem is FULL;
     * its slabs stay in DRAM.
     */
    REJECT,
    /**
     * The demotion waits until slabs are freed or epochs discarded, and a zone becomes empty by that; after
     * {@link ZnsTierBuilder#blockAtMost} of uninterrupted waiting it fails as with REJECT. Only the future waits:
     * closing an epoch still returns at once, except while more than {@link ZnsTierBuilder#backlogBytes} wait. A thread
     * that waits for the backlog can't be interrupted, and its interrupt stays set; closing the tier ends the wait and
     * fails the demotions that wait.
     */
    BLOCK,
    /**
     * The tier drops the oldest epoch that has cold slabs as a whole, as by a discard: all handles of the epoch are
     * stale, and the statistics count it. If there is no epoch to drop, the demotion fails as with REJECT.
     */
    EVICT_OLDEST
}
