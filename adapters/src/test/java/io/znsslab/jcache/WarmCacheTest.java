package io.znsslab.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example. */
class WarmCacheTest {
    @TempDir
    private Path folder;

    @Test
    void theExampleFindsItsEntryAgain() throws Exception {
        assertThat(run()).isEqualTo("stored\n");
        assertThat(run()).isEqualTo("found world\n");
    }

    private String run() throws Exception {
        Process example = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""),
                        "--class-path",
                        System.getProperty("java.class.path"),
                        Path.of("examples/WarmCache.java").toAbsolutePath().toString(),
                        folder.resolve("greetings").toString())
                .redirectErrorStream(true)
                .start();
        try {
            String printed = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(example.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return printed;
        } finally {
            example.destroyForcibly();
        }
    }
}
