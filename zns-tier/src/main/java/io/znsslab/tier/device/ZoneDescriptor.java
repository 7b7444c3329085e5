package io.znsslab.tier.device;

/**
 * A device's report of one zone.
 *
 * @param index number of the zone, from 0
 * @param startBytes device offset of its first byte
 * @param capacityBytes how many bytes can be written to it; at most the zone size
 * @param writePointerBytes device offset at which the next write must start; {@code startBytes + capacityBytes} when
 *     full. Within the zone but of no meaning for conventional, read-only and offline zones
 */
public record ZoneDescriptor(
        int index,
        ZoneType type,
        ZoneCondition condition,
        long startBytes,
        long capacityBytes,
        long writePointerBytes) {

    /** Bytes written since the last reset. */
    public long writtenBytes() {
        return writePointerBytes - startBytes;
    }

    /** Device offset just past the last byte that can be written. */
    public long endBytes() {
        return startBytes + capacityBytes;
    }
}
