package io.znsslab.tier.device;

import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedKernelTest;

/** A device with capacities below the zone size, and a limit of open zones below that of active ones. */
@ZonedKernelTest
class NullBlockDeviceIT extends NullBlockContract {
    @Override
    NullBlockSettings settings() {
        return NullBlockSettings.builder()
                .sizeBytes(40L << 20)
                .zoneBytes(4 << 20)
                .zoneCapacityBytes(3 << 20)
                .maxOpenZones(3)
                .maxActiveZones(5)
                .build();
    }
}
