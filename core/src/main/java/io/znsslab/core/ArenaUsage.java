package io.znsslab.core;

/**
 * Memory of the DRAM tier, in bytes.
 *
 * @param limitBytes what slabs may use at most
 * @param grantedBytes what slabs and caches have been granted of it
 * @param rssBytes pages of the arena that are in physical memory, as the kernel counts them
 */
public record ArenaUsage(long limitBytes, long grantedBytes, long rssBytes) {}
