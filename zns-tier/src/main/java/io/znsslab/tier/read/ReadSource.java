package io.znsslab.tier.read;

import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.zone.ZoneTable;

/** The source of slabs: the device, and what the tier knows of it. */
public record ReadSource(
        ZonedDevice device, DeviceIdentity identity, SlabShape shape, ZoneTable table, ReadCounters counters) {
    int slabBytes() {
        return shape.slabBytes();
    }
}
