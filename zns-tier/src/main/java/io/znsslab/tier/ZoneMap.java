package io.znsslab.tier;

import io.znsslab.tier.device.ZoneDescriptor;
import java.util.List;

/**
 * A device's zones at a moment, for people and tools to look at.
 *
 * @param zones in their order on the device
 */
public record ZoneMap(List<Entry> zones) {
    /**
     * One zone.
     *
     * @param descriptor as the device reports it
     * @param use what the tier uses it for
     * @param liveSlabs slabs in it that are not dead
     */
    public record Entry(ZoneDescriptor descriptor, ZoneUse use, int liveSlabs) {}
}
