package io.znsslab.tier.demote;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.recovery.CheckpointLog;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneReclaimer;
import io.znsslab.tier.zone.ZoneTable;

/**
 * The parts that demotion, reading and collection share: the device, what the tier knows of it, and the allocator above
 * the tier.
 *
 * @param identity the store's, which every block names
 * @param slabs the attached allocator
 */
public record TierContext(
        ZonedDevice device,
        DeviceIdentity identity,
        ColdSlabs slabs,
        ZoneAllocator zones,
        ZoneReclaimer reclaimer,
        CheckpointLog log) {
    /** The table of the zones. */
    public ZoneTable table() {
        return zones.table();
    }
}
