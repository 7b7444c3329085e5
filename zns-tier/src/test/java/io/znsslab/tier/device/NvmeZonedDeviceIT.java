package io.znsslab.tier.device;

import io.znsslab.emulation.testing.NvmeZns;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import java.nio.file.Path;

/** QEMU's NVMe ZNS device: another implementation of the same specification. */
@ZonedKernelTest
@NvmeZns(zones = 10, zoneMebibytes = 4, zoneCapacityMebibytes = 3, maxOpenZones = 3, maxActiveZones = 5)
class NvmeZonedDeviceIT extends ZonedDeviceContract {
    @Override
    ZonedDevice openEmptyDevice() {
        Path path = ZonedDevices.nvme(NvmeZonedDeviceIT.class).getFirst();
        ZonedDevice device = ZonedDevice.open(path);
        for (ZoneDescriptor zone : device.report()) {
            device.resetZone(zone.index());
        }
        return device;
    }
}
