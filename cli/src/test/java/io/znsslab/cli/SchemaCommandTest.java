package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaCommandTest {
    @TempDir
    private Path home;

    @Test
    void everyCommandThatIsListedHasItsSchemaPrinted() {
        CommandRun list = CommandRun.of(home, "schema");

        assertThat(list.code()).isEqualTo(ExitCode.DONE);
        assertThat(list.out().lines()).contains("device info", "demo tiering", "config list");
        list.out().lines().forEach(command -> {
            CommandRun schema = CommandRun.of(home, ("schema " + command).split(" ", -1));
            assertThat(schema.code()).isEqualTo(ExitCode.DONE);
            assertThat(schema.out()).isEqualTo(JsonSchemas.text(command.replace(' ', '-')));
        });
    }

    @Test
    void aCommandThatPrintsNoJsonIsAUsageErrorThatNamesTheNearest() {
        CommandRun run = CommandRun.of(home, "schema", "device", "inf");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("did you mean 'device info'?").hasLineCount(1);
    }
}
