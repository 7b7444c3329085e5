package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the examples of the help texts that take little time and touch no device, by the launcher, in a shell. */
class HelpExamplesIT {
    private static final Set<String> CHEAP = Set.of("completion", "config", "doctor", "man");

    @TempDir
    private Path folder;

    static Stream<String> examples() {
        return HelpTest.allExamples()
                .filter(line -> ShellWords.callsIn(line).stream()
                        .allMatch(call -> !call.isEmpty() && CHEAP.contains(call.getFirst())))
                // This is no program of ours, and a bare machine has none.
                .filter(line -> !line.contains("| man "));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleDoesWhatItSays(String line) throws Exception {
        Files.createDirectories(folder.resolve(".local/share/man/man1"));
        Files.createDirectories(folder.resolve(".local/share/bash-completion/completions"));
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("zns-slab"), Repository.root().resolve("zns-slab"));
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("XDG_CONFIG_HOME", folder.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("ZNS_SLAB_CACHE", folder.resolve("cache").toString());
        environment.put("PATH", bin + ":" + System.getenv("PATH"));

        Program program = Program.run(folder, environment, List.of("bash", "-c", line));

        // Where an example names a device that is not here, that is what the exit code has to say.
        assertThat(program.status()).as(line + "\n" + program.all()).isIn(0, 5, 6);
        if (program.status() == 0) {
            assertThat(program.err()).as(line).doesNotContain("Exception");
        }
    }
}
