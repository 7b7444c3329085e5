package io.znsslab.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    private Path folder;

    @Test
    void aFileThatCanBeWrittenIsAcceptedAndNotMade() throws IOException {
        Path present = Files.writeString(folder.resolve("present"), "kept");

        assertThatCode(() -> OutputFile.requireWritable("--report", folder.resolve("new")))
                .doesNotThrowAnyException();
        assertThatCode(() -> OutputFile.requireWritable("--report", present)).doesNotThrowAnyException();
        assertThatCode(() -> OutputFile.requireWritable("--report", Path.of("report.json")))
                .doesNotThrowAnyException();
        assertThatCode(() -> OutputFile.requireWritable("--report", null)).doesNotThrowAnyException();
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(present).hasContent("kept");
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedWithTheReason() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        refused(folder.resolve("no/report"), "there is no folder " + folder.resolve("no"));
        refused(folder, "it is a folder");
        refused(file.resolve("report"), file + " is not a folder");
    }

    private static void refused(Path file, String reason) {
        assertThatThrownBy(() -> OutputFile.requireWritable("--report", file))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.INPUT_UNUSABLE))
                .hasMessageStartingWith("--report " + file + ": ")
                .hasMessageContaining(reason);
    }

    @Test
    void reasonsAreWordsAndNotThePathOnceMore() {
        assertThat(FileReason.of(new NoSuchFileException("/nothing"))).isEqualTo("no such file or folder");
        assertThat(FileReason.of(new AccessDeniedException("/root"))).isEqualTo("permission denied");
        assertThat(FileReason.of(new FileSystemException("/a", null, "Is a directory")))
                .isEqualTo("Is a directory");
        assertThat(FileReason.of(new IOException("Broken pipe"))).isEqualTo("Broken pipe");
    }
}
