package io.znsslab.core;

/**
 * What the closing of an epoch did.
 *
 * @param epoch its number
 * @param disposition what was asked for
 * @param slabs slabs the epoch had in DRAM when it was closed
 * @param slabsReturned those of them that have gone back: empty, discarded, or demoted
 * @param bytesReturned bytes of them that went back to the operating system
 * @param slabsDemoted those that moved to the cold tier
 */
public record EpochClosing(
        long epoch, Disposition disposition, int slabs, int slabsReturned, long bytesReturned, int slabsDemoted) {}
