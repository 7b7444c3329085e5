package io.znsslab.tier.device;

/**
 * The shape of a zoned device file to be made. Everything in bytes.
 *
 * @param zoneBytes zone size, a multiple of 4,096
 * @param zoneCapacityBytes what can be written to a sequential zone, a multiple of the block size, at most
 *     {@code zoneBytes}
 * @param zoneCount number of zones, 1 to 1,048,576
 * @param conventionalZones how many of them, at the front, are conventional
 * @param blockBytes 512, 1,024, 2,048 or 4,096
 * @param maxOpenZones 0 means no limit
 * @param maxActiveZones 0 means no limit; else at least {@code maxOpenZones}
 */
public record FileGeometry(
        long zoneBytes,
        long zoneCapacityBytes,
        int zoneCount,
        int conventionalZones,
        int blockBytes,
        int maxOpenZones,
        int maxActiveZones) {

    public FileGeometry {
        check(blockBytes >= 512 && blockBytes <= 4096 && Integer.bitCount(blockBytes) == 1, "block size", blockBytes);
        check(zoneBytes > 0 && zoneBytes % 4096 == 0 && zoneBytes <= 1L << 40, "zone size", zoneBytes);
        check(
                zoneCapacityBytes > 0 && zoneCapacityBytes <= zoneBytes && zoneCapacityBytes % blockBytes == 0,
                "zone capacity",
                zoneCapacityBytes);
        check(zoneCount >= 1 && zoneCount <= 1 << 20, "number of zones", zoneCount);
        check(
                conventionalZones >= 0 && conventionalZones <= zoneCount,
                "number of conventional zones",
                conventionalZones);
        check(maxOpenZones >= 0, "limit of open zones", maxOpenZones);
        check(
                maxActiveZones >= 0 && (maxActiveZones == 0 || maxOpenZones <= maxActiveZones),
                "limit of active zones",
                maxActiveZones);
    }

    /**
     * Zones of {@code zoneBytes}, all of it usable, 4 KiB blocks, 14 zones open or active as on a Western Digital
     * ZN540.
     */
    public static FileGeometry of(long zoneBytes, int zoneCount) {
        return new FileGeometry(zoneBytes, zoneBytes, zoneCount, 0, 4096, 14, 14);
    }

    /** The same with a capacity below the zone size. */
    public FileGeometry withZoneCapacityBytes(long bytes) {
        return new FileGeometry(
                zoneBytes, bytes, zoneCount, conventionalZones, blockBytes, maxOpenZones, maxActiveZones);
    }

    /** The same with conventional zones at the front. */
    public FileGeometry withConventionalZones(int zones) {
        return new FileGeometry(
                zoneBytes, zoneCapacityBytes, zoneCount, zones, blockBytes, maxOpenZones, maxActiveZones);
    }

    /** The same with another block size. */
    public FileGeometry withBlockBytes(int bytes) {
        return new FileGeometry(
                zoneBytes, zoneCapacityBytes, zoneCount, conventionalZones, bytes, maxOpenZones, maxActiveZones);
    }

    /** The same with other limits; 0 means none. */
    public FileGeometry withLimits(int open, int active) {
        return new FileGeometry(zoneBytes, zoneCapacityBytes, zoneCount, conventionalZones, blockBytes, open, active);
    }

    DeviceGeometry geometry(int maxTransferBytes) {
        return new DeviceGeometry(
                zoneBytes,
                zoneCapacityBytes,
                zoneCount,
                conventionalZones,
                blockBytes,
                maxOpenZones,
                maxActiveZones,
                maxTransferBytes);
    }

    private static void check(boolean holds, String what, long value) {
        if (!holds) {
            throw new IllegalArgumentException("a zoned device file can't have this " + what + ": " + value);
        }
    }
}
