package io.znsslab.core.statistics;

/**
 * What went from one tier to the other since the allocator was built.
 *
 * @param slabsPromoted slabs that came back to DRAM
 * @param slabsWritten slabs that turned cold by being written
 * @param slabsRewritten those of them that had been promoted before, and changed in DRAM
 * @param slabsDroppedUnchanged promoted slabs that turned cold without being written, since the image on the tier was
 *     still the same
 * @param epochsDemotedUnderPressure epochs that the allocator demoted by itself, since memory ran short
 * @param slabsWrittenBack promoted slabs that had changed and that {@link io.znsslab.core.SlabAllocator#sync sync}
 *     wrote to the tier again; they stayed in DRAM
 * @param epochsEvicted epochs that were dropped since the tier was full and evicts the oldest ones
 * @param slabsEvicted their slabs
 */
public record ColdStatistics(
        long slabsPromoted,
        long slabsWritten,
        long slabsRewritten,
        long slabsDroppedUnchanged,
        long epochsDemotedUnderPressure,
        long slabsWrittenBack,
        long epochsEvicted,
        long slabsEvicted) {}
