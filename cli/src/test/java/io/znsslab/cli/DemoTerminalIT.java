package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiering demo as a person sees it: in a terminal whose window changes, and interrupted in the middle. */
class DemoTerminalIT {
    private static final int SIGINT_STATUS = 130;
    private static final int SIGTERM_STATUS = 143;
    private static final String CONTROL_C = "\003";
    private static final String SECOND_SCREEN = "\033[?1049h";
    private static final String FIRST_SCREEN = "\033[?1049l";
    private static final String FRAME_BEGIN = "\033[H";
    private static final String FRAME_END = "\033[J";
    private static final String FRAME = "\033\\[H.*?\033\\[J";

    /** A frame from the time when objects are written: the frames before it, while it opens, have fewer lines. */
    private static final String FILLING = "\033\\[H(?:(?!\033\\[J).)*filling,(?:(?!\033\\[J).)*\033\\[J";

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private String launcher;

    @BeforeEach
    void keepTheUsersOwnFilesOutOfIt() throws IOException {
        environment.put("XDG_CONFIG_HOME", folder.toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("TMPDIR", Files.createDirectory(folder.resolve("tmp")).toString());
        launcher = "'" + Repository.root().resolve("zns-slab") + "'";
    }

    private PseudoTerminal terminal(int rows, int columns, String line) throws IOException {
        return new PseudoTerminal(folder, environment, rows, columns, line);
    }

    /** The lines of the frames that were painted there, without colours. */
    private static List<List<String>> frames(String printed) {
        return Arrays.stream(printed.split("\033\\[H", -1))
                .skip(1)
                .filter(frame -> frame.contains(FRAME_END))
                .map(frame -> frame.substring(0, frame.indexOf(FRAME_END)))
                .map(frame -> frame.replaceAll("\033\\[\\d*[mK]|\r", "").lines().toList())
                .toList();
    }

    @Test
    void theViewFollowsTheWindowAndAnInterruptionLeavesTheScreenAndSaysWhatIsLeft() throws Exception {
        try (PseudoTerminal terminal = terminal(30, 100, "exec " + launcher + longDemoOn("file"))) {
            int first = terminal.await(FILLING, 0);
            assertThat(terminal.printed()).contains(SECOND_SCREEN);

            terminal.resize(16, 60);
            int resized = terminal.await("\033\\[2J\033\\[H.*?\033\\[J", first);
            int then = terminal.await(FRAME, resized);
            terminal.type(CONTROL_C);
            int status = terminal.awaitEnd();

            String printed = terminal.printed();
            assertThat(frames(printed.substring(0, first)).getLast())
                    .hasSizeBetween(15, 29)
                    .allMatch(line -> line.length() < 100)
                    .anyMatch(line -> line.startsWith("DRAM "))
                    .anyMatch(line -> line.startsWith("zones "));
            assertThat(frames(printed.substring(resized, then)).getLast())
                    .hasSizeLessThan(16)
                    .allMatch(line -> line.length() < 60)
                    .anyMatch(line -> line.startsWith("zones "));
            assertThat(printed).contains("\033[1m");
            assertThat(status).isEqualTo(SIGINT_STATUS);
            assertThat(printed.substring(printed.lastIndexOf(FRAME_BEGIN)))
                    .contains(FIRST_SCREEN)
                    .contains("zns-slab: interrupted while ")
                    .contains("the demo's own device is removed, and nothing is left");
            assertThat(folder.resolve("tmp")).isEmptyDirectory();
        }
    }

    @Test
    void afterARunTheReportStandsOnTheFirstScreen() throws Exception {
        try (PseudoTerminal terminal =
                terminal(24, 80, "exec " + launcher + " demo tiering --device file --objects 2000 --epochs 8")) {
            assertThat(terminal.awaitEnd()).isZero();

            String printed = terminal.printed();
            assertThat(frames(printed))
                    .isNotEmpty()
                    .allSatisfy(frame -> assertThat(frame).hasSizeLessThan(24).allMatch(line -> line.length() < 80));
            assertThat(printed.substring(printed.indexOf(FIRST_SCREEN)))
                    .contains("result   PASSED: every answer is right")
                    .doesNotContain(FRAME_BEGIN);
        }
    }

    @Test
    void withNoColorTheViewHasNoColours() throws Exception {
        environment.put("NO_COLOR", "1");
        try (PseudoTerminal terminal =
                terminal(24, 80, "exec " + launcher + " demo tiering --device file --objects 2000 --epochs 8")) {
            assertThat(terminal.awaitEnd()).isZero();

            assertThat(terminal.printed()).contains(SECOND_SCREEN).doesNotContainPattern("\033\\[\\d*m");
        }
    }

    @Test
    void aDumbTerminalGetsLinesAlone() throws Exception {
        environment.put("TERM", "dumb");
        try (PseudoTerminal terminal =
                terminal(24, 80, "exec " + launcher + " demo tiering --device file --objects 2000 --epochs 8")) {
            assertThat(terminal.awaitEnd()).isZero();

            assertThat(terminal.printed()).contains("PASSED").doesNotContain("\033");
        }
    }

    @Test
    void aRunThatIsKilledSaysWhatIsLeft() throws Exception {
        Path device = folder.resolve("device");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", "exec " + launcher + longDemoOn("file:" + device))
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said;
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            String line = err.readLine();
            while (line != null && !line.startsWith("filling, objects:")) {
                line = err.readLine();
            }
            assertThat(line).as("a line of progress").isNotNull();
            process.toHandle().destroy(); // which leaves what it says to be read
            said = err.lines().collect(Collectors.joining("\n"));
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(SIGTERM_STATUS);
        assertThat(said).contains("zns-slab: interrupted while ").contains(device + " is left with ");
    }

    private static String longDemoOn(String device) {
        return " demo tiering --device " + device + " --objects 500000000 --memory 1M --zone-size 64M";
    }
}
