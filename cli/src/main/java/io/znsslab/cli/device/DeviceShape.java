package io.znsslab.cli.device;

import io.znsslab.tier.device.FileGeometry;

/**
 * The shape of a device that this program makes: a null_blk, QEMU's NVMe ZNS device or an embedded file.
 *
 * @param zones number of zones, conventional ones included
 * @param zoneBytes distance between two zones' starts, a power of two
 * @param capacityBytes what can be written to a sequential zone, whole MiB
 * @param conventional how many of the zones, at the front, take writes anywhere
 * @param maxOpen most zones open at a time; 0 for no limit
 * @param maxActive most zones open or closed at a time; 0 for no limit
 * @param blockBytes block size
 */
public record DeviceShape(
        int zones, long zoneBytes, long capacityBytes, int conventional, int maxOpen, int maxActive, int blockBytes) {
    private static final long MEBIBYTE = 1 << 20;
    private static final int USUAL_ZONES = 64;
    private static final int USUAL_OPEN = 8;
    private static final int USUAL_ACTIVE = 12;
    private static final int USUAL_BLOCK = 4096;
    private static final long USUAL_ZONE_BYTES = 4 * MEBIBYTE;

    /** 64 zones of 4 MiB, 3 of them usable: enough to look at. */
    public static DeviceShape usual() {
        return ofZoneSize(USUAL_ZONE_BYTES);
    }

    /**
     * The smallest usual shape whose zones hold twice as much as is needed, so that reserves and metadata have room.
     */
    public static DeviceShape holding(long neededBytes) {
        long zone = USUAL_ZONE_BYTES;
        while (USUAL_ZONES * usualCapacity(zone) < 2 * neededBytes) {
            zone *= 2;
        }
        return ofZoneSize(zone);
    }

    /** Real devices' zones can be written to three quarters or less; here it is three quarters, in whole MiB. */
    public static long usualCapacity(long zoneBytes) {
        return Math.max(MEBIBYTE, zoneBytes / 4 * 3 / MEBIBYTE * MEBIBYTE);
    }

    /** Distance from the first zone's start to the last one's end. */
    public long sizeBytes() {
        return zones * zoneBytes;
    }

    /** The same for an embedded device. */
    public FileGeometry ofFile() {
        return FileGeometry.of(zoneBytes, zones)
                .withZoneCapacityBytes(capacityBytes)
                .withConventionalZones(conventional)
                .withBlockBytes(blockBytes)
                .withLimits(maxOpen, maxActive);
    }

    private static DeviceShape ofZoneSize(long zoneBytes) {
        return new DeviceShape(
                USUAL_ZONES, zoneBytes, usualCapacity(zoneBytes), 0, USUAL_OPEN, USUAL_ACTIVE, USUAL_BLOCK);
    }
}
