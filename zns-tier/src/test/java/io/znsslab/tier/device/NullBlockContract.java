package io.znsslab.tier.device;

import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedDevices;

/** The contract on a null_blk device that is made for each test. */
abstract class NullBlockContract extends ZonedDeviceContract {
    private NullBlockDevice emulated;

    abstract NullBlockSettings settings();

    @Override
    ZonedDevice openEmptyDevice() {
        emulated = ZonedDevices.nullBlock(settings());
        return ZonedDevice.open(emulated.path());
    }

    @Override
    void removeDevice() {
        emulated.close();
    }
}
