package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.TransferSizes;
import io.znsslab.tier.device.ZoneLimits;
import org.junit.jupiter.api.Test;

class JsonTest {
    private record Report(DeviceGeometry geometry) {}

    @Test
    void aGeometryIsPrintedOnOneLevel() {
        DeviceGeometry geometry =
                new DeviceGeometry(8192, 4096, 3, 1, new ZoneLimits(4, 5), new TransferSizes(512, 1 << 20));

        assertThat(Json.text(new Report(geometry)).lines().map(String::strip))
                .containsExactly(
                        "{",
                        "\"geometry\" : {",
                        "\"zone_bytes\" : 8192,",
                        "\"zone_capacity_bytes\" : 4096,",
                        "\"zone_count\" : 3,",
                        "\"conventional_zones\" : 1,",
                        "\"max_open_zones\" : 4,",
                        "\"max_active_zones\" : 5,",
                        "\"block_bytes\" : 512,",
                        "\"max_transfer_bytes\" : 1048576",
                        "}",
                        "}");
    }
}
