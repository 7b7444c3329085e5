package io.znsslab.tier;

import io.znsslab.tier.device.ZoneDescriptor;
import java.util.List;

/**
 * A snapshot of a device's zones, for people and tools.
 *
 * @param zones in their order on the device
 */
public record ZoneMap(List<Entry> zones) {
    /**
     * One zone.
     *
     * @param descriptor as the device reports it
     * @param use the tier's use of the zone
     * @param liveSlabs slabs in the zone that are not dead
     */
    public record Entry(ZoneDescriptor descriptor, ZoneUse use, int liveSlabs) {}
}
