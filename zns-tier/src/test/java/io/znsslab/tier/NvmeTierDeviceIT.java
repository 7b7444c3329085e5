package io.znsslab.tier;

import io.znsslab.emulation.testing.NvmeZns;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.device.ZonedDevice;
import org.junit.jupiter.api.Test;

/** The tier on QEMU's NVMe ZNS device. */
@ZonedKernelTest
@NvmeZns(zones = 6, zoneMebibytes = 4, zoneCapacityMebibytes = 3, maxOpenZones = 3, maxActiveZones = 4)
class NvmeTierDeviceIT {
    @Test
    void slabsGoRound() {
        TierRoundTrip.on(
                ZonedDevice.open(ZonedDevices.nvme(NvmeTierDeviceIT.class).getFirst()));
    }
}
