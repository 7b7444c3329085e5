package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command in a micro-VM as a part of a shell's line: streams, exit code, interruption. */
class EmulateStreamsGuestIT {
    @TempDir
    private Path folder;

    private Map<String, String> environment;

    @BeforeEach
    void keepTemporaryFilesHere() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        environment = Map.of(
                "XDG_CONFIG_HOME",
                folder.toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "TMPDIR",
                temporary.toString(),
                "launcher",
                Repository.root().resolve("zns-slab").toString());
    }

    @Test
    void inputOutputAndErrorsAreTheCommandsOwnAndSoIsItsExitCode() throws Exception {
        String line = "printf 'hallo\\n' | \"$launcher\" emulate nvme-zns --zones 16 --bad-blocks 4M+4k --"
                + " sh -c 'wc -c; dd if=/dev/nvme0n1 bs=4k skip=1024 count=1 iflag=direct of=/dev/null 2> /dev/null"
                + " || echo a bad block >&2; exit 7'";

        Program program = Program.run(folder, environment, List.of("bash", "-c", line));

        assertThat(program.status()).as(program.all()).isEqualTo(7);
        assertThat(program.out()).isEqualTo("6\n");
        assertThat(program.err()).isEqualTo("a bad block\n");
        assertThat(folder.resolve("temporary")).isEmptyDirectory();
    }

    @Test
    void anInterruptEndsTheGuestAndLeavesNothing() throws Exception {
        // A process that was started in the background of a script ignores this signal, and hands that on.
        ProcessBuilder builder = new ProcessBuilder(
                        "env",
                        "--default-signal=INT",
                        environment.get("launcher"),
                        "emulate",
                        "nvme-zns",
                        "--zones",
                        "16",
                        "--",
                        "sh",
                        "-c",
                        "echo started; exec sleep 1000")
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("started");
            assertThat(emulators()).isNotEmpty();

            Program kill = Program.run(folder, Map.of(), List.of("kill", "-INT", Long.toString(process.pid())));

            assertThat(kill.status()).as(kill.all()).isZero();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(ExitCode.INTERRUPTED.status());
            assertThat(emulators()).isEmpty();
            assertThat(folder.resolve("temporary")).isEmptyDirectory();
            assertThat(folder.resolve("errors")).isEmptyFile();
        } finally {
            process.destroyForcibly();
        }
    }

    /** QEMU's command line names the guest's folder, which lies in the test's. */
    private List<ProcessHandle> emulators() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder + "/temporary/"))
                .filter(process -> process.info().command().orElse("").contains("qemu"))
                .toList();
    }
}
