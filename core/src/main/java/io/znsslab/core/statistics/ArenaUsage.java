package io.znsslab.core.statistics;

/**
 * Memory of the DRAM tier, in bytes.
 *
 * @param limitBytes what slabs may use at most
 * @param grantedBytes what slabs and caches have been granted of it
 * @param hotBytes what of that holds no object and is kept for the next domains, see
 *     {@link io.znsslab.core.SlabAllocatorBuilder#hotBytes hotBytes}; 0 under
 *     {@link io.znsslab.core.Reclamation#KEEP_HOT KEEP_HOT}, where all is kept
 * @param rssBytes pages of the arena that are in physical memory, as the kernel counts them
 */
public record ArenaUsage(long limitBytes, long grantedBytes, long hotBytes, long rssBytes) {}
