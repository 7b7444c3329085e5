package io.znsslab.tier.format;

/**
 * What a superblock says.
 *
 * @param device the device's identity, given at formatting
 * @param opening number of the opening, counted on the device: a store that is formatted over another one goes on
 *     behind that one's numbers, so that the higher number is the later opening, whatever clocks say
 * @param region which region of the log the superblock's zone belongs to; the highest complete region counts
 * @param zoneOfRegion position of its zone among the zones of the region, from 0
 * @param regionZones how many zones a region may have
 * @param zoneBytes zone size of the device that was formatted
 * @param zoneCount number of zones of that device
 * @param blockBytes block size of that device
 * @param slabBytes size of the slabs on it
 * @param formattedAtSeconds when the device was formatted, in seconds since 1970, for people
 * @param firstOpening number of the opening in which the device was formatted: 1 on a device that was empty
 */
public record Superblock(
        DeviceIdentity device,
        long opening,
        long region,
        int zoneOfRegion,
        int regionZones,
        long zoneBytes,
        int zoneCount,
        int blockBytes,
        int slabBytes,
        long formattedAtSeconds,
        long firstOpening) {

    /** Whether the store is being formatted: the device never held more of it than this opening has written. */
    public boolean isFirstOpening() {
        return opening == firstOpening;
    }

    /** The superblock of the same device at its next opening. */
    public Superblock nextOpening() {
        return atOpening(opening + 1);
    }

    /** The superblock of the same device at that opening. */
    public Superblock atOpening(long number) {
        return new Superblock(
                device,
                number,
                region,
                zoneOfRegion,
                regionZones,
                zoneBytes,
                zoneCount,
                blockBytes,
                slabBytes,
                formattedAtSeconds,
                firstOpening);
    }

    /** The superblock of another zone of the log. */
    public Superblock at(long ofRegion, int zoneOfThatRegion) {
        return new Superblock(
                device,
                opening,
                ofRegion,
                zoneOfThatRegion,
                regionZones,
                zoneBytes,
                zoneCount,
                blockBytes,
                slabBytes,
                formattedAtSeconds,
                firstOpening);
    }

    /** The same superblock for slabs of another size, whose checkpoints need that many zones. */
    public Superblock withSlabBytes(int bytes, int zones) {
        return new Superblock(
                device,
                opening,
                region,
                zoneOfRegion,
                zones,
                zoneBytes,
                zoneCount,
                blockBytes,
                bytes,
                formattedAtSeconds,
                firstOpening);
    }
}
