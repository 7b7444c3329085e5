package io.znsslab.tier;

/**
 * What a tier has done since it was opened, and what it holds. Figures are read one after the other, so they may differ by what happened meanwhile.
 *
 * @param slabsDemoted slabs written, made durable and handed over
 * @param liveSlabs slabs on the device that are not dead, those on their way included
 * @param slabsReleased slabs that died or were promoted
 * @param imageBytes bytes of slab images written
 * @param headerBytes bytes of zone headers and extent summaries written
 * @param paddingBytes bytes written only to fill zones up
 * @param extents runs of slabs written
 * @param flushes flushes of the device
 * @param failedExtents runs whose writing failed
 * @param slabsRead slabs read and checked
 * @param bytesRead bytes read from the device
 * @param corruptSlabs slabs rejected since what was read was not what was written
 * @param failedReads reads that the device failed
 * @param zonesInUse zones with data
 * @param freeZones zones that can take data, dead ones included
 * @param zoneResets zones reset
 */
public record TierStatistics(
        long slabsDemoted,
        long liveSlabs,
        long slabsReleased,
        long imageBytes,
        long headerBytes,
        long paddingBytes,
        long extents,
        long flushes,
        long failedExtents,
        long slabsRead,
        long bytesRead,
        long corruptSlabs,
        long failedReads,
        int zonesInUse,
        int freeZones,
        long zoneResets) {

    /** All bytes written to the device. */
    public long bytesWritten() {
        return imageBytes + headerBytes + paddingBytes;
    }

    /** Host write amplification: bytes written for each byte of demoted slabs; 1 before anything was written. */
    public double hostWriteAmplification() {
        return imageBytes == 0 ? 1.0 : (double) bytesWritten() / imageBytes;
    }
}
