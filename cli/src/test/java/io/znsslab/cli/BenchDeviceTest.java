package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which device a benchmark runs on, and what it leaves there. */
class BenchDeviceTest {
    private static final List<String> SOAK =
            List.of("bench", "soak", "--time", "20ms", "--restart-every", "10ms", "--memory", "16M");

    @TempDir
    private Path home;

    private Path device;

    @BeforeEach
    void makeADevice() {
        device = home.resolve("device");
        run(Map.of(), List.of("device", "create", device.toString(), "--zones", "16"));
    }

    private CommandRun run(Map<String, String> environment, List<String> words, String... more) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOME", home.toString());
        return CommandRun.of(all, Stream.concat(words.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private String zones() {
        return run(Map.of(), List.of("device", "zones", device.toString(), "--table"))
                .out();
    }

    @Test
    void theDeviceOfTheEnvironmentIsUsedAndEmptyAfterwards() {
        Map<String, String> environment = Map.of("ZNS_SLAB_DEVICE", device.toString());
        String before = zones();

        for (int time = 0; time < 2; time++) {
            CommandRun run = run(environment, SOAK);
            assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
            assertThat(run.out()).startsWith(device + ", by ZNS_SLAB_DEVICE\n");
        }

        assertThat(zones()).isEqualTo(before);
    }

    @Test
    void theConfiguredDeviceIsUsed() {
        run(Map.of(), List.of("config", "set", "device", device.toString()));

        assertThat(run(Map.of(), SOAK).out()).startsWith(device + ", by " + home);
    }

    @Test
    void aDeviceWithAStoreIsRefusedByNameUnlessItMayBeDestroyed() {
        CommandRun demo = run(
                Map.of(),
                List.of("demo", "tiering", "--device", device.toString(), "--objects", "100", "--epochs", "4"));
        assertThat(demo.code()).as(demo.err()).isEqualTo(ExitCode.DONE);

        CommandRun refused = run(Map.of(), SOAK, "--device", device.toString());
        assertThat(refused.code()).isEqualTo(ExitCode.DEVICE_REFUSED);
        assertThat(refused.err())
                .containsPattern("device \\(by --device\\) holds the store [0-9a-f-]{36}, .*--force")
                .hasLineCount(1);
        assertThat(refused.out()).isEmpty();
        assertThat(run(Map.of(), SOAK, "--device", device.toString(), "--force").code())
                .isEqualTo(ExitCode.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soak", "tier", "trace /dev/stdin"})
    void aDeviceThatIsMissingIsSaidToBe(String bench) {
        Path trace = home.resolve("trace");
        String[] words = ("bench " + bench.replace("/dev/stdin", trace.toString())).split(" ");
        writeTrace(trace);

        CommandRun run = run(Map.of("ZNS_SLAB_DEVICE", "/nonexistent/device"), List.of(words));

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DEVICE_MISSING);
        assertThat(run.err()).contains("/nonexistent/device").hasLineCount(1);
    }

    private static void writeTrace(Path trace) {
        try {
            Files.writeString(trace, "1\n2\n");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDeviceThatIsTooSmallForTheTiersBenchmarkSaysWhatFits() {
        CommandRun run = run(Map.of(), List.of("bench", "tier", "--device", device.toString()));

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("--size 512 MiB", device.toString(), "has room for")
                .hasLineCount(1);
    }

    @Test
    void aDeviceThatIsTooSmallForACacheSaysWhatFits() {
        Path trace = home.resolve("trace");
        writeTrace(trace);

        CommandRun run = run(Map.of(), List.of("bench", "trace", trace.toString(), "--device", device.toString()));

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--capacity 256 MiB", "at most 36 MiB").hasLineCount(1);
    }

    @Test
    void aTemporaryDeviceIsGoneAfterwards() throws IOException {
        Path folder = Files.createDirectory(home.resolve("temporary"));

        CommandRun run = run(Map.of(), SOAK, "--folder", folder.toString());

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).startsWith(folder + "/zns-slab-bench-").contains("a temporary file");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFolderThatIsMissingIsSaidToBe() {
        CommandRun run = run(Map.of(), SOAK, "--folder", "/no/such/folder");

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err()).contains("/no/such/folder").hasLineCount(1);
    }

    @Test
    void aFileThatIsNamedIsMadeAndStays() {
        Path named = home.resolve("named");

        CommandRun run = run(Map.of(), SOAK, "--device", "file:" + named);

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(named).isRegularFile();
    }

    @Test
    void aDeviceOfTheMicroVmIsSaidToBeElsewhere() {
        CommandRun run = run(Map.of(), SOAK, "--device", "nvme-zns");

        assertThat(run.code()).isEqualTo(ExitCode.NO_ZONED_KERNEL);
        assertThat(run.err())
                .contains("zns-slab emulate nvme-zns -- ./zns-slab bench")
                .hasLineCount(1);
    }
}
