package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.emulation.testing.BlkzoneReport;
import io.znsslab.emulation.testing.NvmeZns;
import io.znsslab.emulation.testing.ZonedDevices;
import io.znsslab.emulation.testing.ZonedKernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@ZonedKernelTest
@NvmeZns(zones = 8, zoneMebibytes = 16, zoneCapacityMebibytes = 12, maxOpenZones = 3, maxActiveZones = 4)
@NvmeZns(
        zones = 4,
        zoneMebibytes = 8,
        zoneCapacityMebibytes = 8,
        maxOpenZones = 0,
        maxActiveZones = 0,
        blockBytes = 512)
class NvmeNamespaceDeviceIT {
    private static final long MEBIBYTE = 1L << 20;

    private final Path limited = ZonedDevices.nvme(NvmeNamespaceDeviceIT.class).getFirst();
    private final Path unlimited =
            ZonedDevices.nvme(NvmeNamespaceDeviceIT.class).getLast();

    @Test
    void allZonesAreSequentialAndEmptyAndNoneCanBeFilledToItsEnd() {
        assertThat(BlkzoneReport.of(limited)).hasSize(8).allSatisfy(zone -> {
            assertThat(zone.conventional()).isFalse();
            assertThat(zone.condition()).isEqualTo("em");
            assertThat(zone.length()).isEqualTo(16 * MEBIBYTE);
            assertThat(zone.capacity()).isEqualTo(12 * MEBIBYTE);
        });
        assertThat(BlkzoneReport.of(unlimited))
                .hasSize(4)
                .allSatisfy(zone -> assertThat(zone.capacity()).isEqualTo(8 * MEBIBYTE));
    }

    @Test
    void eachNamespaceHasItsOwnLimitsAndBlocks() throws IOException {
        assertThat(queue(limited, "max_open_zones")).isEqualTo("3");
        assertThat(queue(limited, "max_active_zones")).isEqualTo("4");
        assertThat(queue(limited, "logical_block_size")).isEqualTo("4096");
        assertThat(queue(unlimited, "max_open_zones")).isEqualTo("0");
        assertThat(queue(unlimited, "max_active_zones")).isEqualTo("0");
        assertThat(queue(unlimited, "logical_block_size")).isEqualTo("512");
    }

    private static String queue(Path device, String attribute) throws IOException {
        return Files.readString(Path.of("/sys/block")
                        .resolve(device.getFileName())
                        .resolve("queue")
                        .resolve(attribute))
                .strip();
    }
}
