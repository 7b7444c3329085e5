package io.znsslab.cli.device;

import io.znsslab.tier.device.ZoneDescriptor;
import java.util.List;

/**
 * The zones of a device, for programs. Offsets are bytes of the device.
 *
 * @param device its path
 * @param zones all of them, in order
 */
public record ZoneListing(String device, List<Zone> zones) {
    /**
     * One zone.
     *
     * @param condition the word of {@link ZoneMapView#wordOf}
     * @param writePointer of no meaning for conventional, read-only and offline zones
     */
    public record Zone(int index, String type, String condition, long start, long capacity, long writePointer) {}

    /** The report as it was read from a device. */
    public static ZoneListing of(String device, List<ZoneDescriptor> zones) {
        return new ZoneListing(device, zones.stream().map(ZoneListing::zone).toList());
    }

    private static Zone zone(ZoneDescriptor zone) {
        return new Zone(
                zone.index(),
                zone.type().name().toLowerCase(java.util.Locale.ROOT),
                ZoneMapView.wordOf(zone.condition()),
                zone.startBytes(),
                zone.capacityBytes(),
                zone.writePointerBytes());
    }
}
