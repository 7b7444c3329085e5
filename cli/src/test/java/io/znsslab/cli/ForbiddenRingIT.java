package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
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
    /** Runs a command that gets the error number of its first argument from {@code io_uring_setup}. */
    private static final String FILTER = """
            #include <linux/filter.h>
            #include <linux/seccomp.h>
            #include <stddef.h>
            #include <stdlib.h>
            #include <sys/prctl.h>
            #include <unistd.h>

            int main(int count, char **arguments) {
                struct sock_filter rules[] = {
                    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
                    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 425, 0, 1),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | atoi(arguments[1])),
                    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
                };
                struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
                if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
                    return 99;
                execvp(arguments[2], arguments + 2);
                return 98;
            }
            """;

    @TempDir
    private Path folder;

    private Path device;

    @BeforeEach
    void makeADeviceAndTheFilter() throws Exception {
        device = folder.resolve("device");
        assertThat(CommandRun.of(folder, "device", "create", device.toString(), "--zones", "16")
                        .code())
                .isEqualTo(ExitCode.DONE);
        Path source = Files.writeString(folder.resolve("filter.c"), FILTER);
        Program compiler = Program.run(folder, Map.of(), List.of("gcc", "-o", "filter", source.toString()));
        assertThat(compiler.status()).as(compiler.all()).isZero();
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
        Program program = filtered("1", "device", "zones", device.toString());

        assertThat(program.status()).as(program.all()).isZero();
    }

    private Program filtered(String errno, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                folder.resolve("filter").toString(),
                errno,
                Repository.root().resolve("zns-slab").toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", folder.toString(), "JAVA_HOME", System.getProperty("java.home"));
        return Program.run(folder, environment, command);
    }
}
