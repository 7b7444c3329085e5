package io.znsslab.tier.demote;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.recovery.CheckpointLog;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneReclaimer;
import io.znsslab.tier.zone.ZoneTable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where slabs go: what the tier knows of its device and of the allocator above it.
 *
 * @param extentSequence numbers extents over the life of the device
 * @param log told of what changes
 */
public record TierContext(
        ZonedDevice device,
        DeviceIdentity identity,
        ColdSlabs slabs,
        ZoneAllocator zones,
        ZoneTable table,
        ZoneReclaimer reclaimer,
        AtomicLong extentSequence,
        CheckpointLog log) {}
