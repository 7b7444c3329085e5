package io.znsslab.tier;

import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockSettings;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.device.ZonedDevice;
import org.junit.jupiter.api.Test;

/** The tier on null_blk, with different limits of partly written zones. */
@ZonedKernelTest
class NullBlockTierDeviceIT {
    @Test
    void slabsGoRoundOnADeviceWithoutLimits() {
        roundTripWithLimit(0);
    }

    @Test
    void slabsGoRoundOnADeviceWithOneWritableZone() {
        roundTripWithLimit(1);
    }

    @Test
    void slabsGoRoundOnADeviceWithTwoWritableZones() {
        roundTripWithLimit(2);
    }

    @Test
    void slabsGoRoundOnADeviceWithFourteenWritableZones() {
        roundTripWithLimit(14);
    }

    private static void roundTripWithLimit(int limit) {
        NullBlockSettings settings = NullBlockSettings.builder()
                .sizeBytes(36L << 20)
                .zoneBytes(2 << 20)
                .zoneCapacityBytes(1 << 20)
                .conventionalZones(1)
                .maxOpenZones(limit)
                .maxActiveZones(limit)
                .build();
        try (NullBlockDevice emulated = ZonedDevices.nullBlock(settings)) {
            TierRoundTrip.on(ZonedDevice.open(emulated.path()));
        }
    }
}
