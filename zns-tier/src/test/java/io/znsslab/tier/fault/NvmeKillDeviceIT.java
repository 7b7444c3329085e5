package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.emulation.testing.NvmeZns;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Kills processes with {@code kill -9} on QEMU's NVMe device, within one guest; {@code -Dkills.nvme=} is the number of
 * kills. The bytes in such a device's image outlive the guest, its zones' write pointers do not; {@link GuestCutOffIT}
 * examines the image after a guest was cut off.
 */
@ZonedKernelTest
@NvmeZns(zones = 24, zoneMebibytes = 1, zoneCapacityMebibytes = 1, maxOpenZones = 5, maxActiveZones = 6)
class NvmeKillDeviceIT {
    private static final int KILLS = Integer.getInteger("kills.nvme", 1);

    @Test
    void dataAcknowledgedToAProcessSurvivesItsBeingKilled() throws Exception {
        Kills kills = new Kills(ZonedDevices.nvme(NvmeKillDeviceIT.class).getFirst(), 1);
        for (int i = 0; i < KILLS; i++) {
            kills.killOne(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"), 25);
        }
        System.out.println("QEMU's NVMe device: " + kills.summary());
        assertThat(kills.found()).isPositive();
    }
}
