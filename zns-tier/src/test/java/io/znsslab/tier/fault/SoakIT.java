package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the soak for some seconds, or for {@code -Dsoak.seconds=}. */
class SoakIT {
    @TempDir
    Path folder;

    @Test
    void nothingGoesWrongForAWhile() throws Exception {
        Duration length = Duration.ofSeconds(Integer.getInteger("soak.seconds", 8));

        assertThat(Soak.shortRun(folder, length)).isPositive();
    }
}
