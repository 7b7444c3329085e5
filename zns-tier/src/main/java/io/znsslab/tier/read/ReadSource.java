package io.znsslab.tier.read;

import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.zone.ZoneTable;

/** Where slabs are read from: what the tier knows of its device. */
public record ReadSource(
        ZonedDevice device, DeviceIdentity identity, int slabBytes, ZoneTable table, ReadCounters counters) {}
