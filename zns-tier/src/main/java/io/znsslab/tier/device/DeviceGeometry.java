package io.znsslab.tier.device;

import org.jspecify.annotations.Nullable;

/**
 * The shape of a zoned device; fixed for as long as it is open. Everything in bytes.
 *
 * @param zoneBytes distance from the start of one zone to the start of the next
 * @param zoneCapacityBytes what can be written to a zone, of the first sequential one; at most {@code zoneBytes}
 * @param zoneCount zones, conventional ones included; a last zone that is shorter than the others is left out
 * @param conventionalZones how many of them are conventional
 * @param limits how many zones may be written at a time
 * @param transfers sizes of reads and writes
 */
public record DeviceGeometry(
        long zoneBytes,
        long zoneCapacityBytes,
        int zoneCount,
        int conventionalZones,
        ZoneLimits limits,
        TransferSizes transfers) {

    /** {@link TransferSizes#blockBytes}. */
    public int blockBytes() {
        return transfers.blockBytes();
    }

    /** {@link TransferSizes#maxTransferBytes}. */
    public int maxTransferBytes() {
        return transfers.maxTransferBytes();
    }

    /** {@link ZoneLimits#maxOpenZones}. */
    public int maxOpenZones() {
        return limits.maxOpenZones();
    }

    /** {@link ZoneLimits#maxActiveZones}. */
    public int maxActiveZones() {
        return limits.maxActiveZones();
    }

    /** Whole length of the device, the parts of zones beyond their capacity included. */
    public long sizeBytes() {
        return zoneBytes * zoneCount;
    }

    /** Number of the zone that a device offset lies in. */
    public int zoneOf(long offsetBytes) {
        return (int) (offsetBytes / zoneBytes);
    }

    /** Device offset at which a zone starts. */
    public long startOf(int zone) {
        return zone * zoneBytes;
    }

    /**
     * How many zones may be partly written at a time, both limits taken together; {@link Integer#MAX_VALUE} when there
     * is none.
     */
    public int writableZones() {
        return limits.writableZones();
    }

    /** Refuses a number that no zone has. */
    void requireZone(int zone, String device) {
        if (zone < 0 || zone >= zoneCount) {
            throw new DeviceException(
                    DeviceException.Problem.OUT_OF_RANGE,
                    "zone " + zone + " does not exist: " + device + " has " + zoneCount + " zones");
        }
    }

    /** The reason why no transfer may cover that range; null if one may, as far as the device's shape is concerned. */
    @Nullable
    String refusalOf(long offsetBytes, long lengthBytes) {
        if (offsetBytes < 0
                || lengthBytes <= 0
                || lengthBytes > sizeBytes()
                || offsetBytes > sizeBytes() - lengthBytes) {
            return "the device has " + sizeBytes() + " bytes";
        }
        if (offsetBytes % blockBytes() != 0 || lengthBytes % blockBytes() != 0) {
            return "it is not in whole blocks of " + blockBytes() + " bytes";
        }
        if (lengthBytes > maxTransferBytes()) {
            return "the device takes at most " + maxTransferBytes() + " bytes at once";
        }
        int zone = zoneOf(offsetBytes);
        return zoneOf(offsetBytes + lengthBytes - 1) == zone ? null : "it crosses the end of zone " + zone;
    }
}
