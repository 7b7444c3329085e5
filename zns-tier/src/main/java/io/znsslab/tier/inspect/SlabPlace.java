package io.znsslab.tier.inspect;

/**
 * A slab and its place on a device.
 *
 * @param slabId its id, by which handles name it
 * @param epoch number of its epoch
 * @param isLive whether the slab counts: a dead one takes space in its zone until that is reset
 * @param isPacked whether objects lie in it one after the other, in granules of {@code slotBytes}
 * @param slotBytes bytes of its slots, the handle in their first eight included
 * @param baseGeneration the generation below which handles to it are stale
 * @param zone number of the zone
 * @param offsetBytes device offset of its image
 * @param objects live objects in it; 0 in a dead one
 */
public record SlabPlace(
        long slabId,
        long epoch,
        boolean isLive,
        boolean isPacked,
        int slotBytes,
        int baseGeneration,
        int zone,
        long offsetBytes,
        int objects) {}
