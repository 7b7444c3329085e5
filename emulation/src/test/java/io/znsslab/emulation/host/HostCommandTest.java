package io.znsslab.emulation.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.znsslab.emulation.EmulationException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCommandTest {
    private static final Path ROOT = Path.of("/");

    @Test
    void statusAndBothStreamsComeBack() {
        HostCommand.Result result = HostCommand.run(ROOT, List.of("sh", "-c", "echo out; echo err >&2; exit 3"));

        assertThat(result.status()).isEqualTo(3);
        assertThat(result.output()).isEqualTo("out\nerr\n");
        assertThat(result.lastLines()).isEqualTo("out | err");
    }

    @Test
    void aProgramRunsInItsFolderWithoutInputAndUntranslated(@TempDir Path folder) {
        HostCommand.Result result = HostCommand.run(folder, List.of("sh", "-c", "pwd; cat; echo $LC_ALL"));

        assertThat(result.output()).isEqualTo(folder + "\nC\n");
    }

    @Test
    void onlyTheLastLinesOfALongOutputAreShown() {
        HostCommand.Result result = HostCommand.run(ROOT, List.of("sh", "-c", "seq 1 100"));

        assertThat(result.lastLines()).isEqualTo("96 | 97 | 98 | 99 | 100");
    }

    @Test
    void aProgramThatHasToSucceedAndDoesNotIsNamedWithItsStatusAndWords() {
        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> HostCommand.require(ROOT, List.of("sh", "-c", "echo no room; exit 4")))
                .withMessage("sh -c echo no room; exit 4 ended with status 4: no room");
    }

    @Test
    void aProgramThatDoesNotExistIsNamed() {
        assertThatExceptionOfType(EmulationException.class)
                .isThrownBy(() -> HostCommand.run(ROOT, List.of("no-such-program")))
                .withMessageContaining("Cannot run no-such-program");
        assertThat(HostCommand.find("no-such-program")).isEmpty();
    }

    @Test
    void programsAreFoundOnTheSearchPath() {
        assertThat(HostCommand.find("sh"))
                .hasValueSatisfying(path -> assertThat(path).isExecutable());
    }
}
