package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a process whose descriptors 0 to 2 are closed, full, or pipes without a reader. */
class StandardStreamsIT {
    @TempDir
    private Path folder;

    private Path device;

    @BeforeEach
    void makeADevice() {
        device = folder.resolve("device");
        CommandRun made = CommandRun.of(folder, "device", "create", device.toString(), "--zones", "16");
        assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
    }

    /** Runs a line of bash, in which {@code slab} is the command and {@code $device} the device. */
    private Program bash(String line) throws IOException, InterruptedException {
        return bash("\"$launcher\"", line);
    }

    private Program bash(String command, String line) throws IOException, InterruptedException {
        return Program.run(folder, environment(), List.of("bash", "-c", "slab() { " + command + " \"$@\"; }; " + line));
    }

    private Map<String, String> environment() {
        return Map.of(
                "XDG_CONFIG_HOME",
                folder.toString(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "launcher",
                Repository.root().resolve("zns-slab").toString(),
                "device",
                device.toString());
    }

    private void assertThatNothingWasWritten() {
        CommandRun zones = CommandRun.of(folder, "device", "zones", device.toString(), "--table");
        assertThat(zones.out()).doesNotContain("open", "full", "closed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "device info $device",
                "device zones $device",
                "device zones $device --table",
                "device zones $device --json",
                "config list",
                "device --help",
                "--version",
                "demo tiering --device file --objects 1000 --epochs 8",
                "demo tiering --device file --objects 1000 --epochs 8 --json"
            })
    void aResultThatCannotBeWrittenIsAFailureInOneLine(String arguments) throws Exception {
        Program program = bash("slab " + arguments + " > /dev/full");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.INPUT_UNUSABLE.status());
        assertThat(program.err())
                .endsWith("zns-slab: cannot write to standard output: No space left on device\n")
                .hasLineCount(1);
    }

    @Test
    void bytesOfTheDeviceThatCannotBeWrittenAreAFailureToo() throws Exception {
        Program program = bash("head -c 65536 /dev/zero | slab device write $device --offset 0 --yes || exit 99;"
                + " slab device read $device --offset 0 --length 64k > /dev/full");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.INPUT_UNUSABLE.status());
        assertThat(program.err()).isEqualTo("zns-slab: cannot write to standard output: No space left on device\n");
    }

    @Test
    void anOutputThatIsClosedIsAFailure() throws Exception {
        Program program = bash("slab device zones $device >&-");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.INPUT_UNUSABLE.status());
        assertThat(program.err()).isEqualTo("zns-slab: cannot write to standard output: Bad file descriptor\n");
    }

    @Test
    void whatTheLibraryLogsIsOneLineOnStandardErrorToo() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(device.toFile(), "rw")) {
            // The zone table follows the header, and its copy precedes the header's copy; each takes a block here.
            for (long table : new long[] {4096, file.length() - 2 * 4096}) {
                file.seek(table);
                file.write(0xFF);
            }
        }

        Program program = bash("slab device info $device");

        assertThat(program.status()).as(program.all()).isZero();
        assertThat(program.err())
                .startsWith("zns-slab: warning: the entries of 1 zone in the zone table of " + device)
                .hasLineCount(1);
    }

    @Test
    void withNobodyToAskAFormattingWantsToBeConfirmed() throws Exception {
        Program program = bash("slab device format $device < /dev/null");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.DEVICE_REFUSED.status());
        assertThat(program.err()).contains("add --yes to do it").hasLineCount(1);
    }

    @Test
    void errorsThatCannotBePrintedLeaveTheExitCodeAsItIs() throws Exception {
        assertThat(bash("slab device info /no/such/device 2> /dev/full").status())
                .isEqualTo(ExitCode.DEVICE_MISSING.status());
        assertThat(bash("slab device info /no/such/device 2>&-").status()).isEqualTo(ExitCode.DEVICE_MISSING.status());
        assertThat(bash("slab device info $device 2>&-").status()).isZero();
    }

    @Test
    void anInputThatIsClosedIsNotTheNextFileThatIsOpened() throws Exception {
        Program program = bash("slab device write $device --offset 0 --yes <&-");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.INPUT_UNUSABLE.status());
        assertThat(program.err()).isEqualTo("zns-slab: cannot read standard input: Bad file descriptor\n");
        assertThatNothingWasWritten();
    }

    @Test
    void aCommandThatNeedsNoInputDoesNotMindThatItIsClosed() throws Exception {
        assertThat(bash("slab device info $device <&-").status()).isZero();
    }

    @Test
    void withAllThreeClosedNothingIsWrittenAnywhere() throws Exception {
        Program program = bash("slab device write $device --offset 0 --yes <&- >&- 2>&-");

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.INPUT_UNUSABLE.status());
        assertThat(program.all()).isEqualTo("status 4\n--- out\n--- err\n");
        assertThatNothingWasWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-"})
    void aJavaMachineThatWasStartedWithoutTheLauncherRefusesToGoOn(String closed) throws Exception {
        String java = "'" + System.getProperty("java.home") + "/bin/java' --enable-native-access=io.znsslab.bindings"
                + " --module-path \"${launcher%/*}/cli/target/modules\" --module io.znsslab.cli/io.znsslab.cli.Main";

        Program program = bash(java, "slab device write $device --offset 0 --yes " + closed);

        assertThat(program.status()).as(program.all()).isEqualTo(ExitCode.INPUT_UNUSABLE.status());
        assertThat(program.err()).contains("is closed; open it").hasLineCount(1);
        assertThatNothingWasWritten();
    }

    @ParameterizedTest
    @ValueSource(strings = {"device zones \"$device\" --table", "demo tiering --device file --objects 1000 --epochs 8"})
    void aPipeWhoseReaderHasEndedEndsTheCommandQuietly(String arguments) throws Exception {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "read -r; exec \"$launcher\" " + arguments)
                .directory(folder.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment());
        Process process = builder.start();
        try {
            process.getInputStream().close();
            try (OutputStream start = process.getOutputStream()) {
                start.write("the reader has ended\n".getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(ExitCode.OUTPUT_ENDED.status());
        assertThat(Files.readString(errors)).isEmpty();
    }
}
