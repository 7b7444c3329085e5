package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFoldersTest {
    @TempDir
    private Path parent;

    @Test
    void eachIsANewFolder() {
        Path one = TemporaryFolders.make(parent, "one-");
        Path another = TemporaryFolders.make(parent, "one-");

        assertThat(one).isEmptyDirectory().hasParent(parent).isNotEqualTo(another);
    }

    @Test
    void whereNoneCanBeMadeItSaysWhyAndHowToNameAnotherPlace() {
        Path missing = parent.resolve("missing");

        assertThatThrownBy(() -> TemporaryFolders.make(missing, "one-"))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.INPUT_UNUSABLE))
                .hasMessage("cannot make a folder for temporary files in " + missing
                        + ": no such file or folder; name another by TMPDIR");
    }
}
