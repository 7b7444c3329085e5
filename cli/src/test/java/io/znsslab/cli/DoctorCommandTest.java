package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.tier.device.ZonedDevice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which devices the doctor finds usable; {@link DoctorIT} has the machines that lack something. */
class DoctorCommandTest {
    @TempDir
    private Path home;

    private Path device;

    @BeforeEach
    void makeADevice() {
        device = home.resolve("device");
        assertThat(CommandRun.of(home, "device", "create", device.toString(), "--zones", "16")
                        .code())
                .isEqualTo(ExitCode.DONE);
    }

    private CommandRun doctor(String... device) {
        String[] arguments = new String[device.length + 2];
        arguments[0] = "doctor";
        arguments[1] = "--json";
        System.arraycopy(device, 0, arguments, 2, device.length);
        return CommandRun.of(home, arguments);
    }

    private static JsonNode finding(CommandRun run, String name) throws IOException {
        for (JsonNode finding : JsonMapper.builder().build().readTree(run.out()).get("findings")) {
            if (finding.get("name").asText().equals(name)) {
                return finding;
            }
        }
        throw new AssertionError("there is no finding " + name + " in " + run.out());
    }

    private void assertThatItCannotBeUsed(CommandRun run, ExitCode code, String finding, String because)
            throws IOException {
        assertThat(run.code()).as(run.out()).isEqualTo(code);
        JsonNode report = JsonMapper.builder().build().readTree(run.out());
        assertThat(report.get("usable").asBoolean()).isFalse();
        assertThat(report.get("exit_code").asInt()).isEqualTo(code.status());
        JsonNode found = finding(run, finding);
        assertThat(found.get("blocking").asBoolean()).isTrue();
        assertThat(found.get("value").asText()).contains(because);
    }

    @Test
    void anEmptyDeviceCanBeUsedAndItsLimitsAreTold() throws IOException {
        CommandRun run = doctor(device.toString());

        assertThat(run.code()).as(run.out()).isEqualTo(ExitCode.DONE);
        assertThat(finding(run, "device").get("value").asText()).contains("zoned device file", "16 zones of 4 MiB");
        assertThat(finding(run, "device limits").get("value").asText())
                .contains("open zones at most 8, active zones at most 12");
        assertThat(finding(run, "content").get("value").asText()).startsWith("nothing");
    }

    @Test
    void aDeviceWithAStoreCanBeUsed() throws IOException {
        Path large = home.resolve("large");
        assertThat(CommandRun.of(home, "device", "create", large.toString()).code())
                .isEqualTo(ExitCode.DONE);
        CommandRun demo = CommandRun.of(
                home, "demo", "tiering", "--device", large.toString(), "--objects", "1000", "--epochs", "8");
        assertThat(demo.code()).as(demo.err()).isEqualTo(ExitCode.DONE);

        CommandRun run = doctor(large.toString());

        assertThat(run.code()).as(run.out()).isEqualTo(ExitCode.DONE);
        assertThat(finding(run, "content").get("value").asText())
                .startsWith("a store, ")
                .endsWith(", opened 1 time");
    }

    @Test
    void theConfiguredDeviceIsTheOneThatIsExamined() throws IOException {
        assertThat(CommandRun.of(home, "config", "set", "device", device.toString())
                        .code())
                .isEqualTo(ExitCode.DONE);

        JsonNode report = JsonMapper.builder().build().readTree(doctor().out());

        assertThat(report.get("device").asText()).isEqualTo(device.toString());
        assertThat(report.get("source").asText()).endsWith("config.properties");
    }

    @Test
    void theDeviceOfTheEnvironmentGoesBeforeIt() {
        CommandRun run =
                CommandRun.of(Map.of("HOME", home.toString(), "ZNS_SLAB_DEVICE", "/dev/no-such-device"), "doctor");

        assertThat(run.code()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(run.out())
                .containsPattern("(?m)^device +lacking ! ")
                .endsWith("\nThe device /dev/no-such-device (ZNS_SLAB_DEVICE) cannot be used here: see device"
                        + " (exit code 5).\n");
    }

    @Test
    void aMissingDeviceIsMissing() throws IOException {
        assertThatItCannotBeUsed(
                doctor(home.resolve("absent").toString()), ExitCode.DEVICE_MISSING, "device", "absent");
    }

    @Test
    void aDeviceInUseIsBusy() throws IOException {
        try (ZonedDevice held = ZonedDevice.open(device)) {
            assertThat(held.geometry().zoneCount()).isEqualTo(16);

            CommandRun run = doctor(device.toString());

            assertThatItCannotBeUsed(run, ExitCode.DEVICE_REFUSED, "device", "is open already");
            assertThat(finding(run, "device").get("remedy").asText()).isEqualTo("fuser -v " + device);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "/dev/null", "/"})
    void whatIsNoDeviceIsRefusedWithoutAnyAdviceToChangeIt(String path) throws IOException {
        CommandRun run = doctor(path);

        assertThatItCannotBeUsed(run, ExitCode.DEVICE_REFUSED, "device", path);
        assertThat(finding(run, "device").get("remedy").asText("")).doesNotContain("chmod", "chown", "setfacl");
    }

    @Test
    void aDeviceWithDataOfOthersIsRefusedAndStaysAsItIs() throws IOException {
        try (ZonedDevice open = ZonedDevice.open(device);
                Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(4096).fill((byte) 7);
            open.write(0, block);
            open.flush();
        }
        CommandRun before = CommandRun.of(home, "device", "zones", device.toString(), "--table");

        CommandRun run = doctor(device.toString());

        assertThatItCannotBeUsed(run, ExitCode.DEVICE_REFUSED, "content", "data that is not ours");
        assertThat(CommandRun.of(home, "device", "zones", device.toString(), "--table"))
                .isEqualTo(before);
    }

    @Test
    void aFileThatIsToBeMadeInAMissingFolderCannotBe() throws IOException {
        CommandRun run = doctor("file:" + home.resolve("absent/device"));

        assertThatItCannotBeUsed(run, ExitCode.INPUT_UNUSABLE, "device", "absent");
    }

    @Test
    void aFileThatIsToBeMadeLeavesNothing() throws IOException {
        Path folder = Files.createDirectory(home.resolve("folder"));

        assertThat(doctor("file:" + folder.resolve("device")).code()).isEqualTo(ExitCode.DONE);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvme", "nul_blk"})
    void aNameOfNoDeviceIsAWrongArgument(String name) {
        CommandRun run = doctor(name);

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("'" + name + "' names no device");
    }
}
