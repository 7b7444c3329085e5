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
    void itSaysWhatToAllow(String errno, String name) throws Exception {
        Program program = filtered(errno, "demo", "tiering", "--device", device.toString(), "--objects", "100");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.SETUP_INCOMPLETE.status());
        assertThat(program.err())
                .startsWith("zns-slab: io_uring could not set up a ring of ")
                .contains(name, "allow io_uring_setup, io_uring_enter and io_uring_register")
                .doesNotContain("--stacktrace")
                .hasLineCount(1);
    }

    @Test
    void whatNeedsNoRingWorks() throws Exception {
        Program program =
                filtered("1", "device", "create", folder.resolve("another").toString());

        assertThat(program.status()).as(program.all()).isZero();
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
