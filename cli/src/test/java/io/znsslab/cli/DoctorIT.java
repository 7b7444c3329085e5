package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor as a process, on machines that lack something. */
class DoctorIT {
    @TempDir
    private Path folder;

    private Map<String, String> environment;

    @BeforeEach
    void keepTheUsersOwnFilesOutOfIt() throws IOException {
        environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.toString());
        environment.put("ZNS_SLAB_CACHE", folder.resolve("cache").toString());
        environment.put(
                "TMPDIR", Files.createDirectories(folder.resolve("temporary")).toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
    }

    /** Runs the doctor by these words before its own. */
    private Program doctor(List<String> before, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(Repository.root().resolve("zns-slab").toString(), "doctor"));
        command.addAll(List.of(arguments));
        return Program.run(folder, environment, command);
    }

    private static JsonNode finding(JsonNode report, String name) {
        for (JsonNode finding : report.get("findings")) {
            if (finding.get("name").asText().equals(name)) {
                return finding;
            }
        }
        throw new AssertionError("there is no finding " + name + " in " + report);
    }

    private static JsonNode json(Program program) {
        assertThat(program.err()).isEmpty();
        return JsonSchemas.requireValid("doctor", program.out());
    }

    private static String state(JsonNode report, String name) {
        return finding(report, name).get("state").asText();
    }

    @Test
    void aMachineOnWhichADeviceFileWorksIsWellAndNothingIsLeft() throws Exception {
        Program program = doctor(List.of(), "--json");

        assertThat(program.status()).as(program.all()).isZero();
        JsonNode report = json(program);
        assertThat(report.get("usable").asBoolean()).isTrue();
        assertThat(report.get("device").asText()).isEqualTo("auto");
        for (String name : List.of("JDK", "platform", "libzbd", "liburing", "io_uring", "device")) {
            assertThat(state(report, name)).as(name).isEqualTo("ok");
        }
        assertThat(finding(report, "libzbd").get("value").asText()).matches("\\d+(\\.\\d+)* \\(/.*\\)");
        assertThat(folder.resolve("temporary")).isEmptyDirectory();
        assertThat(folder.resolve("cache")).doesNotExist();
    }

    @Test
    void forPeopleEachPartIsALineWithItsStateAndTheLastOneSaysWhetherTheDeviceCanBeUsed() throws Exception {
        Program program = doctor(List.of());

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out())
                .containsPattern("(?m)^JDK +ok +25")
                .containsPattern("(?m)^null_blk +(ok|lacking) ")
                .endsWith("\nA device file can be used.\n")
                .doesNotContain("\033");
        assertThat(program.out().lines()).allSatisfy(line -> {
            if (!line.contains("$ ")) {
                assertThat(line.length()).isLessThanOrEqualTo(80 + 40);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"null_blk, 13", "nvme-zns, 13", "/dev/null, 13", "file, 0", "auto, 0"})
    void withoutLibzbdItSaysWhatToInstallAndDeviceFilesCanBeUsed(String device, int code) throws Exception {
        Path hidden = HiddenLibraries.build(folder, "libzbd");

        Program program = doctor(List.of("env", "LD_PRELOAD=" + hidden), device, "--json");

        assertThat(program.status()).as(program.all()).isEqualTo(code);
        JsonNode report = json(program);
        assertThat(report.get("usable").asBoolean()).isEqualTo(code == 0);
        JsonNode libzbd = finding(report, "libzbd");
        assertThat(libzbd.get("state").asText()).isEqualTo("lacking");
        assertThat(libzbd.get("blocking").asBoolean()).isEqualTo(code != 0);
        assertThat(libzbd.get("remedy").asText()).matches("(sudo )?(apt-get|dnf) install -y libzbd2?");
        assertThat(state(report, "liburing")).isEqualTo("ok");
        assertThat(state(report, "io_uring")).isEqualTo("ok");
    }

    @Test
    void withoutLiburingPlainSystemCallsTakeItsPlaceUnlessTheRingIsRequired() throws Exception {
        List<String> hidden = List.of("env", "LD_PRELOAD=" + HiddenLibraries.build(folder, "liburing"));

        JsonNode liburing = finding(
                JsonSchemas.requireValid(
                        "doctor", doctor(hidden, "file", "--json").out()),
                "liburing");

        assertThat(liburing.get("blocking").asBoolean()).isFalse();
        assertThat(liburing.get("value").asText()).endsWith("plain system calls take its place, more slowly");
        environment.put("ZNS_SLAB_TIER_REQUIRE_RING", "true");
        Program required = doctor(hidden, "file", "--json");
        assertThat(required.status()).as(required.all()).isEqualTo(ExitCode.SETUP_INCOMPLETE.status());
    }

    /** The launcher sees no library either; it neither installs any nor refuses to start. */
    @Test
    void whereTheLoaderKnowsNoLibrariesTheLauncherInstallsNone() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String name : List.of("ldconfig", "apt-get")) {
            Path program =
                    Files.writeString(bin.resolve(name), "#!/bin/sh\necho called >> '" + folder + "/" + name + "'\n");
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        environment.put("PATH", bin + ":" + System.getenv("PATH"));

        Program program = doctor(List.of(), "--json");

        assertThat(folder.resolve("ldconfig")).exists();
        assertThat(folder.resolve("apt-get")).doesNotExist();
        assertThat(json(program).get("findings")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, EPERM", "38, ENOSYS"})
    void whereAFilterForbidsTheRingItSaysSo(String errno, String name) throws Exception {
        Path filter = SystemCallFilter.build(folder);

        Program program = doctor(List.of(filter.toString(), errno), "file", "--json");

        assertThat(program.status()).as(program.all()).isZero();
        JsonNode ring = finding(JsonSchemas.requireValid("doctor", program.out()), "io_uring");
        assertThat(ring.get("state").asText()).isEqualTo("lacking");
        assertThat(ring.get("blocking").asBoolean()).isFalse();
        assertThat(ring.get("value").asText()).contains(name, "seccomp", "plain system calls take its place");
        assertThat(ring.get("remedy").asText()).contains("seccomp");

        environment.put("ZNS_SLAB_TIER_REQUIRE_RING", "true");
        Program required = doctor(List.of(filter.toString(), errno), "file", "--json");

        assertThat(required.status()).as(required.all()).isEqualTo(ExitCode.SETUP_INCOMPLETE.status());
        assertThat(finding(JsonSchemas.requireValid("doctor", required.out()), "io_uring")
                        .get("blocking")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void withALowLimitOfLockedMemoryItWarnsAndTheDeviceCanBeUsed() throws Exception {
        // Root's capability lifts the limit; without it root is a user like any other.
        boolean root = Program.run(folder, Map.of(), List.of("id", "-u")).out().equals("0\n");
        List<String> limited = new ArrayList<>(List.of("prlimit", "--memlock=65536:65536"));
        if (root) {
            limited.addAll(List.of("setpriv", "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock"));
        }

        Program program = doctor(limited, "--json");

        assertThat(program.status()).as(program.all()).isZero();
        JsonNode memory = finding(json(program), "locked memory");
        assertThat(memory.get("state").asText()).isEqualTo("warning");
        assertThat(memory.get("value").asText()).startsWith("64 KiB");
        assertThat(memory.get("remedy").asText()).contains("prlimit --pid $$ --memlock=");
    }

    @Test
    void aCacheThatCannotBeWrittenToIsAFinding() throws Exception {
        Files.writeString(folder.resolve("in the way"), "");
        environment.put("ZNS_SLAB_CACHE", folder.resolve("in the way/cache").toString());

        Program program = doctor(List.of(), "--json");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(state(json(program), "cache folder")).isEqualTo("lacking");
    }
}
