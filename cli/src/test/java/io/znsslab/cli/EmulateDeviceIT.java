package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.emulation.testing.ZonedKernelTest;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code emulate create}, {@code list} and {@code remove}, and the doctor, in a kernel that has null_blk. */
@ZonedKernelTest
class EmulateDeviceIT {
    @TempDir
    private Path home;

    private CommandRun run(String arguments) {
        return CommandRun.of(home, arguments.split(" ", -1));
    }

    private static JsonNode json(String schema, CommandRun run) {
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        return JsonSchemas.requireValid(schema, run.out());
    }

    @AfterEach
    void noDeviceIsLeft() {
        CommandRun removed = run("emulate remove --all");

        assertThat(removed.code()).as(removed.err()).isEqualTo(ExitCode.DONE);
        assertThat(run("emulate list").out()).isEmpty();
    }

    @Test
    void aDeviceThatWasCreatedIsListedServesTheCommandsAndIsRemoved() {
        CommandRun created =
                run("emulate create slow --zones 16 --conventional 4 --max-open 3 --max-active 5" + " --latency 200us");
        assertThat(created.code()).as(created.err()).isEqualTo(ExitCode.DONE);
        assertThat(created.out()).isEqualTo("created /dev/slow: 16 zones of 4 MiB, capacity 3 MiB\n");

        JsonNode device =
                json("emulate-list", run("emulate list --json")).get("devices").get(0);
        assertThat(device.get("name").asText()).isEqualTo("slow");
        assertThat(device.get("path").asText()).isEqualTo("/dev/slow");
        assertThat(device.get("zone_count").asInt()).isEqualTo(16);
        assertThat(device.get("conventional_zones").asInt()).isEqualTo(4);
        assertThat(device.get("max_open_zones").asInt()).isEqualTo(3);
        assertThat(device.get("max_active_zones").asInt()).isEqualTo(5);
        assertThat(device.get("latency_nanos").asLong()).isEqualTo(200_000);
        assertThat(run("emulate list").out()).contains("/dev/slow").contains("200us");

        CommandRun doctor = run("doctor /dev/slow --json");
        assertThat(doctor.code()).as(doctor.out()).isEqualTo(ExitCode.DONE);
        assertThat(doctor.out())
                .contains("open zones at most 3, active zones at most 5, conventional zones 4")
                .contains("zoned devices can be made")
                .contains("device scheduler");

        assertThat(run("emulate remove slow").out()).isEqualTo("removed /dev/slow\n");
        assertThat(Path.of("/dev/slow")).doesNotExist();
    }

    @Test
    void faultsAreThoseThatWereAskedFor() throws IOException {
        JsonNode made = json(
                "emulate-create",
                run("emulate create --zones 16 --read-only-zone 5 --offline-zone 6 --bad-blocks 4M+4k --json"));
        String path = made.get("path").asText();
        assertThat(path).matches("/dev/nullb\\d+");

        assertThat(run("device zones " + path + " --table").out())
                .contains("read-only")
                .contains("offline");
        Path input = home.resolve("input");
        Files.write(input, new byte[4096]);
        CommandRun write = run("device write " + path + " --offset 4M --input " + input + " --yes");
        assertThat(write.code()).as(write.err()).isEqualTo(ExitCode.DEVICE_FAILED);
    }

    @Test
    void aDeviceInUseIsNotTakenAwayAndOneThatIsNotThereIsMissing() {
        assertThat(run("emulate create held --zones 16").code()).isEqualTo(ExitCode.DONE);
        try (ZonedDevice device = ZonedDevice.open(Path.of("/dev/held"))) {
            CommandRun removed = run("emulate remove /dev/held");

            assertThat(removed.code()).as(removed.err()).isEqualTo(ExitCode.DEVICE_REFUSED);
            assertThat(device.report()).hasSize(16);
        }
        assertThat(run("emulate create held").err()).contains("There is a null_blk device held already");

        CommandRun absent = run("emulate remove absent");
        assertThat(absent.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(absent.err()).contains("absent", "emulate list").hasLineCount(1);
    }
}
