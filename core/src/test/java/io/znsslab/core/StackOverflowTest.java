package io.znsslab.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in JVMs of their own: the stack that a call takes depends on what has been compiled, and by which compiler. */
class StackOverflowTest {
    private static final int ROUNDS = 8;

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:+TieredCompilation"})
    void aCallThatRunsOutOfStackLeavesNothingBehind(String mode) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        mode,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndOfStack.class.getName(),
                        Integer.toString(ROUNDS))
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("nothing left behind by").doesNotContain(" by 0 overflows");
        // Code of the optimizing compiler may be deoptimized in the midst of frees, where it cannot check the stack.
        assertThat(printed).containsPattern(mode.startsWith("-XX:+") ? "lost slots: \\d\\R" : "lost slots: 0\\R");
    }
}
