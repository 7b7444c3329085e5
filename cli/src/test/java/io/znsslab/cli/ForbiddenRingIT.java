package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command where a filter of system calls forbids io_uring, as the filters of containers do. */
class ForbiddenRingIT {
    @TempDir
    private Path folder;

    private Path device;

    private Path filter;

    @BeforeEach
    void makeADeviceAndTheFilter() throws Exception {
        device = folder.resolve("device");
        assertThat(CommandRun.of(folder, "device", "create", device.toString(), "--zones", "16")
                        .code())
                .isEqualTo(ExitCode.DONE);
        filter = SystemCallFilter.build(folder);
    }

    @ParameterizedTest
    @CsvSource({"1, EPERM", "38, ENOSYS"})
    void theDemoRunsByPlainSystemCallsAndSaysSoOnce(String errno, String name) throws Exception {
        Program program = filtered(errno, "demo", "tiering", "--device", device.toString(), "--objects", "20000");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.out()).contains("PASSED: every answer is right");
        assertThat(program.err().lines().filter(line -> line.contains("plain system calls")))
                .singleElement()
                .asString()
                .contains(name, "allow io_uring_setup, io_uring_enter and io_uring_register");
    }

    @ParameterizedTest
    @CsvSource({"1, EPERM", "38, ENOSYS"})
    void whereTheRingIsRequiredItSaysWhatToAllow(String errno, String name) throws Exception {
        Program program = filtered(
                errno,
                "demo",
                "tiering",
                "--device",
                device.toString(),
                "--objects",
                "100",
                "--set",
                "tier.require-ring=true");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.SETUP_INCOMPLETE.status());
        assertThat(program.err().lines().filter(line -> line.startsWith("zns-slab: device ")))
                .singleElement()
                .asString()
                .contains(
                        "is to be used by io_uring alone: io_uring could not set up a ring of ",
                        name,
                        "allow io_uring_setup, io_uring_enter and io_uring_register")
                .doesNotContain("--stacktrace");
    }

    @Test
    void devicesAndStoresAreLookedAt() throws Exception {
        Path another = folder.resolve("another");

        assertThat(filtered("1", "device", "create", another.toString()).status())
                .isZero();
        assertThat(filtered("1", "demo", "tiering", "--device", device.toString(), "--objects", "20000")
                        .status())
                .isZero();
        for (String line : List.of("device info", "device zones", "store inspect", "store verify")) {
            List<String> command = new ArrayList<>(List.of(line.split(" ")));
            command.add(device.toString());
            Program program = filtered("1", command.toArray(String[]::new));
            assertThat(program.status()).as(program.all()).isZero();
        }
    }

    private Program filtered(String errno, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                filter.toString(), errno, Repository.root().resolve("zns-slab").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", folder.toString(), "JAVA_HOME", System.getProperty("java.home"));
        return Program.run(folder, environment, command);
    }
}
