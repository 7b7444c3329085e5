package io.znsslab.tier.format;

/**
 * What a superblock says.
 *
 * @param device the device's identity, given at formatting
 * @param opening how many times the device was opened for writing, this time included; of several superblocks the one with the highest counts
 * @param zoneBytes zone size of the device that was formatted
 * @param zoneCount its number of zones
 * @param blockBytes its block size
 * @param slabBytes size of the slabs on it; 0 when no allocator was attached yet
 * @param firstMetadataZone the first of the two zones that superblocks are written to in turn
 * @param secondMetadataZone the second
 * @param formattedAtSeconds when it was formatted, in seconds since 1970
 */
public record Superblock(
        DeviceIdentity device,
        long opening,
        long zoneBytes,
        int zoneCount,
        int blockBytes,
        int slabBytes,
        int firstMetadataZone,
        int secondMetadataZone,
        long formattedAtSeconds) {

    /** The next opening's superblock. */
    public Superblock next() {
        return new Superblock(
                device,
                opening + 1,
                zoneBytes,
                zoneCount,
                blockBytes,
                slabBytes,
                firstMetadataZone,
                secondMetadataZone,
                formattedAtSeconds);
    }

    /** The same, for slabs of another size. */
    public Superblock withSlabBytes(int bytes) {
        return new Superblock(
                device,
                opening,
                zoneBytes,
                zoneCount,
                blockBytes,
                bytes,
                firstMetadataZone,
                secondMetadataZone,
                formattedAtSeconds);
    }
}
