package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that runs another one in which a filter of system calls forbids io_uring, as containers' filters do. */
final class SystemCallFilter {
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

    private SystemCallFilter() {}

    /**
     * Compiles it in that folder.
     *
     * @return the program, whose arguments are an error number, a command and the command's arguments
     */
    static Path build(Path folder) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("filter.c"), FILTER);
        Program compiler = Program.run(folder, Map.of(), List.of("gcc", "-o", "filter", source.toString()));
        assertThat(compiler.status()).as(compiler.all()).isZero();
        return folder.resolve("filter");
    }
}
