package io.znsslab.tier.device;

import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedKernelTest;

/** A device with conventional zones, small blocks and no limits. */
@ZonedKernelTest
class ConventionalNullBlockDeviceIT extends NullBlockContract {
    @Override
    NullBlockSettings settings() {
        return NullBlockSettings.builder()
                .sizeBytes(40L << 20)
                .zoneBytes(4 << 20)
                .zoneCapacityBytes(4 << 20)
                .conventionalZones(2)
                .blockBytes(512)
                .maxOpenZones(0)
                .maxActiveZones(0)
                .build();
    }
}
