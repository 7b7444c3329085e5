package io.znsslab.emulation.microvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QemuSupportTest {
    @Test
    void theOptionsOfZonesAreFoundAmongThoseOfTheDevice() {
        String help = """
                nvme-ns options:
                  uuid=<str>             - UUID (aka GUID) or "auto" for random value (default)
                  zoned.max_active=<uint32> -  (default: 0)
                  zoned.zone_size=<size> -  (default: 134217728)
                  zoned=<bool>           -  (default: false)
                """;

        assertThat(QemuSupport.zonedOptionsIn(help)).containsExactly("zoned.max_active", "zoned.zone_size", "zoned");
        assertThat(QemuSupport.zonedOptionsIn("Device 'nvme-ns' not found")).isEmpty();
    }

    @Test
    void aQemuThatIsHereSaysWhichItIs() {
        assertThat(QemuSupport.find().stream()).allSatisfy(qemu -> {
            assertThat(qemu.version()).matches("\\d+\\.\\d+.*");
            assertThat(qemu.program()).isExecutable();
        });
    }
}
