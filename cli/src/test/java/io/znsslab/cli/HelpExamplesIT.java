package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.znsslab.cli.store.SampleStore;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every example of every help text, run by the launcher in a shell in a folder of its own; {@link HelpExample} says
 * what is replaced, and which ones are parsed only, and why.
 */
class HelpExamplesIT {
    /** What stands in for programs that a machine may lack, or that lead to another one. */
    private static final String PRELUDE = """
            ssh() { shift; (cd other && "$@"); }
            man() { cat > /dev/null; }
            xxd() { od -A x -t x1; }
            zstd() { cat "$2"; }
            """;

    private static final int CONCURRENTLY = 2;

    @TempDir
    private static Path home;

    private static HelpExample.Names names;
    private static ExecutorService runners;
    private static Map<String, Future<Program>> runs;

    private static List<String> lines(boolean run) {
        return HelpTest.allExamples()
                .filter(line -> new HelpExample(line).reasonToParseOnly().isEmpty() == run)
                .toList();
    }

    static List<String> examples() {
        return lines(true);
    }

    static List<String> parsedExamples() {
        return lines(false);
    }

    @BeforeAll
    static void prepareDevicesAndBegin() throws IOException {
        prepare();
        runners = Executors.newFixedThreadPool(CONCURRENTLY);
        runs = examples().stream()
                .collect(Collectors.toMap(Function.identity(), line -> runners.submit(() -> run(line))));
    }

    @AfterAll
    static void end() {
        runners.shutdownNow();
    }

    private static String device(HelpExample.Device device) {
        return home.resolve(device.name()).toString();
    }

    private static void prepare() throws IOException {
        SampleStore store = SampleStore.make(home.resolve(HelpExample.Device.STORE.name()));
        String made = device(HelpExample.Device.STORE);
        long handle = store.orders.getFirst();
        JsonNode trace = CommandRun.of(home, "store", "trace", Long.toString(handle), made, "--json")
                .report();
        JsonNode inspected =
                CommandRun.of(home, "store", "inspect", made, "--json").report();
        names = new HelpExample.Names(
                inspected.get("store").asText(),
                handle,
                trace.at("/slab/id").asText(),
                store.ordersEpoch,
                store.ticksEpoch);
        String empty = device(HelpExample.Device.EMPTY);
        String bytes = device(HelpExample.Device.BYTES);
        Path image = Files.write(home.resolve("image"), new byte[64 << 10]);
        String export = home.resolve("two-epochs.zsx").toString();
        for (String[] command : new String[][] {
            {"device", "create", empty, "--zones", "32"},
            {"device", "create", bytes, "--zones", "32"},
            {"device", "write", bytes, "--offset", "0", "--input", image.toString(), "--yes"},
            {"device", "write", bytes, "--offset", "4MiB", "--input", image.toString(), "--yes"},
            {"store", "export", export, made},
        }) {
            assertThat(CommandRun.of(home, command).code()).isEqualTo(ExitCode.DONE);
        }
        Files.writeString(home.resolve("OLTP.lis"), "1 3 0 0\n2 1 0 1\n");
        Files.writeString(home.resolve("cluster52.sort.zst"), "0,key,3,100,1,get,0\n1,key,3,100,1,get,0\n");
        try (OutputStream trace1 = new GZIPOutputStream(Files.newOutputStream(home.resolve("multi1.trace.gz")))) {
            trace1.write("1\n2\n1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    /** Runs the example in a folder that has what it names. */
    private static Program run(String line) throws IOException, InterruptedException {
        HelpExample example = new HelpExample(line);
        Path folder = Files.createTempDirectory(home, "run");
        for (String needed : List.of(
                ".local/share/man/man1", ".local/share/bash-completion/completions", "bin", "other", "temporary")) {
            Files.createDirectories(folder.resolve(needed));
        }
        Files.createSymbolicLink(
                folder.resolve("bin/zns-slab"), Repository.root().resolve("zns-slab"));
        for (String input : List.of("image", "OLTP.lis", "cluster52.sort.zst", "multi1.trace.gz")) {
            Files.copy(home.resolve(input), folder.resolve(input));
        }
        if (line.contains("import")) {
            Files.copy(home.resolve("two-epochs.zsx"), folder.resolve("two-epochs.zsx"));
        }
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("ZNS_SLAB_CACHE", folder.resolve("cache").toString());
        environment.put("ZNS_SLAB_DEVICE", folder.resolve("device").toString());
        environment.put("ZNS_SLAB_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        environment.put("TMPDIR", folder.resolve("temporary").toString());
        environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        String copy =
                "cp --sparse=always '" + device(line.contains("ssh") ? HelpExample.Device.STORE : example.device())
                        + "' device; cp --sparse=always '" + device(HelpExample.Device.EMPTY) + "' other/device\n";
        return Program.run(
                folder,
                environment,
                List.of("bash", "-c", PRELUDE + copy + "set -o pipefail\n" + example.toRun(names)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleDoesWhatItSays(String line) throws Exception {
        Program program = runs.get(line).get();

        int status = program.status();
        if (status == ExitCode.GOAL_MISSED.status()) {
            assertThat(new HelpExample(line).mayMissAGoal()).as(program.all()).isTrue();
        } else if (line.startsWith("zns-slab emulate list")) {
            assertThat(status).as(program.all()).isIn(0, ExitCode.NO_ZONED_KERNEL.status());
        } else {
            assertThat(status)
                    .as(new HelpExample(line).toRun(names) + "\n" + program.all())
                    .isZero();
        }
        assertThat(program.err()).as(line).doesNotContain("Exception");
    }

    @ParameterizedTest
    @MethodSource("parsedExamples")
    void anExampleThatIsNotRunIsUnderstoodWithAllItsOptions(String line) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Terminal terminal = new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80);
        List<List<String>> calls = ShellWords.callsIn(line);

        assertThat(calls).isNotEmpty();
        for (List<String> call : calls) {
            assertThatCode(() -> CommandTree.of(new Session(Map.of(), terminal)).parseArgs(call.toArray(String[]::new)))
                    .as(line)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void whatIsNotRunIsFewAndEachReasonIsForAnExample() {
        assertThat(HelpExample.PARSED.keySet())
                .allSatisfy(beginning -> assertThat(parsedExamples()).anyMatch(line -> line.startsWith(beginning)));
        assertThat(parsedExamples().size()).isLessThan(examples().size() / 3);
        assertThat(Stream.concat(examples().stream(), parsedExamples().stream()))
                .containsExactlyInAnyOrderElementsOf(HelpTest.allExamples().toList());
    }
}
