package io.znsslab.tier;

import io.znsslab.tier.device.IoMethod;
import io.znsslab.tier.device.LatencySummary;

/**
 * What a tier has done since it was opened, and what it holds: a snapshot. The figures are read one after the other
 * while the tier works, so they may differ by what happened meanwhile.
 *
 * @param writes what demotion, relocation and the log have written
 * @param reads what was read from the device
 * @param cache reads without promotion that the read cache was asked for; all 0 without one
 * @param zones the zones and the slabs in them
 * @param collection what garbage collection and eviction have done
 * @param queueDepths demotions, writes and reads under way
 * @param ioMethod how reads, writes and flushes reach the device
 */
public record TierStatistics(
        Writes writes,
        Reads reads,
        Cache cache,
        Zones zones,
        Collection collection,
        QueueDepths queueDepths,
        IoMethod ioMethod) {

    /**
     * What was written.
     *
     * @param slabsDemoted slabs written, made durable and reported to the allocator
     * @param extents runs of slabs written
     * @param failedExtents runs whose writing failed
     * @param flushes flushes of the device
     * @param bytes bytes by what they were written for
     * @param latency durations of demotions, writes and flushes
     */
    public record Writes(
            long slabsDemoted,
            long extents,
            long failedExtents,
            long flushes,
            WrittenBytes bytes,
            WriteLatency latency) {}

    /**
     * Bytes written, by purpose.
     *
     * @param imageBytes images of demoted slabs
     * @param relocatedBytes images of slabs that garbage collection moved
     * @param headerBytes zone headers and extent summaries
     * @param paddingBytes zeroes that fill zones up
     * @param logBytes the checkpoint log
     */
    public record WrittenBytes(
            long imageBytes, long relocatedBytes, long headerBytes, long paddingBytes, long logBytes) {
        /** All of them. */
        public long total() {
            return imageBytes + relocatedBytes + headerBytes + paddingBytes + logBytes;
        }
    }

    /**
     * Durations of writing.
     *
     * @param demotion from a batch's acceptance to the report of its last slab to the allocator
     * @param write of an extent's write
     * @param flush of a flush
     */
    public record WriteLatency(LatencySummary demotion, LatencySummary write, LatencySummary flush) {}

    /**
     * What was read.
     *
     * @param slabsRead slabs read and checked
     * @param sharedReads how many of {@code slabsRead} shared another read's transfer
     * @param bytesRead bytes read from the device
     * @param corruptSlabs slabs rejected because the bytes read were not the bytes written
     * @param failedReads reads that the device failed
     * @param latency from the request to the checked slab in its destination
     */
    public record Reads(
            long slabsRead,
            long sharedReads,
            long bytesRead,
            long corruptSlabs,
            long failedReads,
            LatencySummary latency) {}

    /**
     * The read cache.
     *
     * @param hits reads without promotion that were answered from memory
     * @param misses reads without promotion that went to the device
     * @param slabs images in the cache
     */
    public record Cache(long hits, long misses, long slabs) {}

    /**
     * The zones and the slabs in them.
     *
     * @param inUse zones with data
     * @param free zones that can take data, dead ones included
     * @param resets zones reset
     * @param liveSlabs slabs on the device that are not dead, those being written included
     * @param slabsReleased images that are of no use any more, because their slab died or was written anew
     */
    public record Zones(int inUse, int free, long resets, long liveSlabs, long slabsReleased) {}

    /**
     * Garbage collection and eviction.
     *
     * @param zonesCollected zones that garbage collection began to empty
     * @param slabsRelocated slabs that garbage collection moved to another zone
     * @param epochsEvicted epochs dropped whole because the device was full
     * @param slabsEvicted slabs of those epochs
     */
    public record Collection(long zonesCollected, long slabsRelocated, long epochsEvicted, long slabsEvicted) {}

    /** {@link Writes#slabsDemoted}. */
    public long slabsDemoted() {
        return writes.slabsDemoted();
    }

    /** {@link Writes#failedExtents}. */
    public long failedExtents() {
        return writes.failedExtents();
    }

    /** {@link Zones#liveSlabs}. */
    public long liveSlabs() {
        return zones.liveSlabs();
    }

    /** All bytes written to the device. */
    public long bytesWritten() {
        return writes.bytes().total();
    }

    /**
     * Host write amplification: bytes written for each byte of demoted slabs, padding included; 1 before anything was
     * written.
     */
    public double hostWriteAmplification() {
        long images = writes.bytes().imageBytes();
        return images == 0 ? 1.0 : (double) bytesWritten() / images;
    }
}
