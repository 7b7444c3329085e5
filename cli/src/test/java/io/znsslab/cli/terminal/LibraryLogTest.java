package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LibraryLogTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
    private final System.Logger logger =
            new LibraryLog(() -> err).getLogger("io.znsslab.tier", getClass().getModule());

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aMessageIsOneLineWithItsCause() {
        logger.log(Level.WARNING, "the zone failed", new IOException("no answer\n  from the device"));
        logger.log(Level.ERROR, () -> "nothing works any more");

        assertThat(written()).isEqualTo("""
                        zns-slab: warning: the zone failed: no answer; from the device
                        zns-slab: error: nothing works any more
                        """);
    }

    @Test
    void aCauseThatTheMessageNamesAlreadyIsNotRepeated() {
        logger.log(Level.WARNING, "it failed: no answer", new IOException("no answer"));

        assertThat(written()).isEqualTo("zns-slab: warning: it failed: no answer\n");
    }

    @Test
    void whatIsNoWarningIsNotPrinted() {
        logger.log(Level.INFO, "all is well");
        logger.log(Level.DEBUG, "{0} of {1}", 1, 2);

        assertThat(logger.isLoggable(Level.INFO)).isFalse();
        assertThat(written()).isEmpty();
    }

    @Test
    void parametersStandInTheirPlaces() {
        logger.log(Level.WARNING, "{0} of {1} zones failed", 1, 2);

        assertThat(written()).isEqualTo("zns-slab: warning: 1 of 2 zones failed\n");
    }
}
