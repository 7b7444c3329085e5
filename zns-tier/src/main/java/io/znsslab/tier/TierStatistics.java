package io.znsslab.tier;

import io.znsslab.tier.device.LatencySummary;

/**
 * What a tier has done since it was opened, and what it holds. Figures are read one after the other, so they may differ
 * by what happened meanwhile.
 *
 * @param slabsDemoted slabs written, made durable and handed over
 * @param liveSlabs slabs on the device that are not dead, those on their way included
 * @param slabsReleased images that are of no use any more: of slabs that died, or were written anew
 * @param slabsRelocated slabs that garbage collection moved to another zone
 * @param imageBytes bytes of demoted slabs' images written
 * @param relocatedBytes bytes of relocated slabs' images written
 * @param headerBytes bytes of zone headers, extent summaries and the log written
 * @param paddingBytes bytes written only to fill zones up
 * @param extents runs of slabs written
 * @param flushes flushes of the device
 * @param failedExtents runs whose writing failed
 * @param slabsRead slabs read and checked
 * @param sharedReads of these, how many shared another read's transfer
 * @param bytesRead bytes read from the device
 * @param corruptSlabs slabs rejected since what was read was not what was written
 * @param failedReads reads that the device failed
 * @param cacheHits reads without promotion that were answered from memory
 * @param cacheMisses those that were not; both 0 without a read cache
 * @param cachedSlabs images in the read cache
 * @param zonesInUse zones with data
 * @param freeZones zones that can take data, dead ones included
 * @param zoneResets zones reset
 * @param zonesCollected zones that garbage collection took up
 * @param epochsEvicted epochs dropped whole since the device was full
 * @param slabsEvicted slabs dropped with them
 * @param queueDepths what is on its way
 * @param demotionLatency from a batch's acceptance to the hand-over of its last slab
 * @param writeLatency of extents
 * @param flushLatency of flushes
 * @param readLatency from the request to the checked slab in its destination
 */
public record TierStatistics(
        long slabsDemoted,
        long liveSlabs,
        long slabsReleased,
        long slabsRelocated,
        long imageBytes,
        long relocatedBytes,
        long headerBytes,
        long paddingBytes,
        long extents,
        long flushes,
        long failedExtents,
        long slabsRead,
        long sharedReads,
        long bytesRead,
        long corruptSlabs,
        long failedReads,
        long cacheHits,
        long cacheMisses,
        long cachedSlabs,
        int zonesInUse,
        int freeZones,
        long zoneResets,
        long zonesCollected,
        long epochsEvicted,
        long slabsEvicted,
        QueueDepths queueDepths,
        LatencySummary demotionLatency,
        LatencySummary writeLatency,
        LatencySummary flushLatency,
        LatencySummary readLatency) {

    /** All bytes written to the device. */
    public long bytesWritten() {
        return imageBytes + relocatedBytes + headerBytes + paddingBytes;
    }

    /**
     * Host write amplification: bytes written for each byte of demoted slabs, what fills zones up included; 1 before
     * anything was written.
     */
    public double hostWriteAmplification() {
        return imageBytes == 0 ? 1.0 : (double) bytesWritten() / imageBytes;
    }

    /** The same without what was written only to fill zones up. */
    public double hostWriteAmplificationWithoutPadding() {
        return imageBytes == 0 ? 1.0 : (double) (bytesWritten() - paddingBytes) / imageBytes;
    }
}
