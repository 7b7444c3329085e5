package io.znsslab.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of a cache whose process is killed: the next one finds 200,000 sessions again by walking. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SessionCacheIT {
    private static final Path EXAMPLE = Path.of("examples", "SessionCache.java");
    private static final int MOST_LINES = 120;

    @TempDir
    Path folder;

    private Process start(Path device) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""),
                        "--class-path",
                        System.getProperty("java.class.path"),
                        EXAMPLE.toString(),
                        device.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String lineOf(Process process, List<String> before) throws IOException {
        BufferedReader reader = process.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            before.add(line);
            if (line.contains(" sessions of ")) {
                return line;
            }
        }
        throw new AssertionError("the example ended, and said: " + before);
    }

    @Test
    void aCacheThatWasKilledFindsItsSessionsAgainByWalking() throws Exception {
        Path device = folder.resolve("sessions");
        FileZonedDevice.create(device, FileGeometry.of(4 << 20, 120)).close();

        Process killed = start(device);
        try {
            assertThat(lineOf(killed, new ArrayList<>())).isEqualTo("stored 200000 sessions of 100 minutes");
        } finally {
            killed.destroyForcibly().waitFor();
        }
        Process restarted = start(device);
        try {
            assertThat(lineOf(restarted, new ArrayList<>())).isEqualTo("found 200000 sessions of 100 minutes");
            assertThat(restarted.waitFor()).isZero();
        } finally {
            restarted.destroyForcibly();
        }
    }

    @Test
    void theExampleIsShort() throws IOException {
        assertThat(Files.readAllLines(EXAMPLE)).hasSizeLessThan(MOST_LINES);
    }
}
