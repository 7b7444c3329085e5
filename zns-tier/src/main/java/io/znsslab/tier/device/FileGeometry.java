package io.znsslab.tier.device;

import java.util.Objects;

/**
 * The shape of a zoned device file to be created. Everything in bytes.
 *
 * @param zoneBytes zone size, a multiple of 4,096
 * @param zoneCapacityBytes what can be written to a sequential zone, a multiple of the block size, at most
 *     {@code zoneBytes}
 * @param zoneCount number of zones, 1 to 1,048,576
 * @param conventionalZones how many of them, at the front, are conventional
 * @param blockBytes 512, 1,024, 2,048 or 4,096
 * @param limits how many zones may be written at a time; a limit of active zones is at least that of open ones
 */
public record FileGeometry(
        long zoneBytes,
        long zoneCapacityBytes,
        int zoneCount,
        int conventionalZones,
        int blockBytes,
        ZoneLimits limits) {
    private static final long MOST_ZONE_BYTES = 1L << 40;
    private static final int MOST_ZONES = 1 << 20;

    public FileGeometry {
        Objects.requireNonNull(limits, "limits must not be null");
        check(
                blockBytes >= 512 && blockBytes <= 4096 && Integer.bitCount(blockBytes) == 1,
                "block size",
                blockBytes,
                "512, 1024, 2048 or 4096 bytes");
        check(
                zoneBytes > 0 && zoneBytes % 4096 == 0 && zoneBytes <= MOST_ZONE_BYTES,
                "zone size",
                zoneBytes,
                "a multiple of 4096 bytes, up to " + MOST_ZONE_BYTES);
        check(
                zoneCapacityBytes > 0 && zoneCapacityBytes <= zoneBytes && zoneCapacityBytes % blockBytes == 0,
                "zone capacity",
                zoneCapacityBytes,
                "a multiple of the block size, " + blockBytes + " bytes, up to the zone size, " + zoneBytes);
        check(zoneCount >= 1 && zoneCount <= MOST_ZONES, "number of zones", zoneCount, "1 to " + MOST_ZONES);
        check(
                conventionalZones >= 0 && conventionalZones <= zoneCount,
                "number of conventional zones",
                conventionalZones,
                "0 to the number of zones, " + zoneCount);
        int maxOpen = limits.maxOpenZones();
        int maxActive = limits.maxActiveZones();
        check(maxOpen >= 0, "limit of open zones", maxOpen, "0 for none, or more");
        check(
                maxActive >= 0 && (maxActive == 0 || maxOpen <= maxActive),
                "limit of active zones",
                maxActive,
                "0 for none, or at least the limit of open zones, " + maxOpen);
    }

    /**
     * Zones of {@code zoneBytes}, all of it usable, 4 KiB blocks, 14 zones open or active as on a Western Digital
     * ZN540.
     */
    public static FileGeometry of(long zoneBytes, int zoneCount) {
        return new FileGeometry(zoneBytes, zoneBytes, zoneCount, 0, 4096, new ZoneLimits(14, 14));
    }

    /** The same with a capacity below the zone size. */
    public FileGeometry withZoneCapacityBytes(long bytes) {
        return new FileGeometry(zoneBytes, bytes, zoneCount, conventionalZones, blockBytes, limits);
    }

    /** The same with conventional zones at the front. */
    public FileGeometry withConventionalZones(int zones) {
        return new FileGeometry(zoneBytes, zoneCapacityBytes, zoneCount, zones, blockBytes, limits);
    }

    /** The same with another block size. */
    public FileGeometry withBlockBytes(int bytes) {
        return new FileGeometry(zoneBytes, zoneCapacityBytes, zoneCount, conventionalZones, bytes, limits);
    }

    /** The same with other limits; 0 means none. */
    public FileGeometry withLimits(int open, int active) {
        return new FileGeometry(
                zoneBytes, zoneCapacityBytes, zoneCount, conventionalZones, blockBytes, new ZoneLimits(open, active));
    }

    DeviceGeometry geometry(int maxTransferBytes) {
        return new DeviceGeometry(
                zoneBytes,
                zoneCapacityBytes,
                zoneCount,
                conventionalZones,
                limits,
                new TransferSizes(blockBytes, maxTransferBytes));
    }

    /** {@link ZoneLimits#maxOpenZones}. */
    public int maxOpenZones() {
        return limits.maxOpenZones();
    }

    /** {@link ZoneLimits#maxActiveZones}. */
    public int maxActiveZones() {
        return limits.maxActiveZones();
    }

    private static void check(boolean holds, String what, long value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "a zoned device file can't have the " + what + " " + value + ": must be " + rule);
        }
    }
}
