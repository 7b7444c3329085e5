package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for completion, in a real shell. */
class CompletionIT {
    @TempDir
    private Path folder;

    private Path script;

    @BeforeEach
    void writeTheScript() throws Exception {
        CommandRun run = CommandRun.of(folder, "completion", "bash");
        assertThat(run.code()).isEqualTo(ExitCode.DONE);
        script = Files.writeString(folder.resolve("completion"), run.out());
    }

    /** What bash offers for the last of these words. */
    private List<String> offered(String... words) throws Exception {
        String array = String.join(" ", words) + (words.length == 1 ? " ''" : "");
        String line = "source '" + script + "'; COMP_WORDS=(" + array + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                + " COMP_LINE=\"${COMP_WORDS[*]}\"; COMP_POINT=${#COMP_LINE};"
                + " _complete_zns-slab zns-slab \"${COMP_WORDS[COMP_CWORD]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
        Program shell = Program.run(folder, Map.of(), List.of("bash", "-c", line));
        assertThat(shell.status()).as(shell.all()).isZero();
        return shell.out().lines().map(String::strip).toList();
    }

    @Test
    void commandsAreCompleted() throws Exception {
        assertThat(offered("zns-slab", "de")).contains("demo", "device");
        assertThat(offered("zns-slab", "''")).contains("doctor", "emulate", "config", "jmh", "man", "completion");
        assertThat(offered("zns-slab", "emulate", "cr")).contains("create");
    }

    @Test
    void optionsAreCompleted() throws Exception {
        assertThat(offered("zns-slab", "doctor", "--j")).contains("--json");
        assertThat(offered("zns-slab", "emulate", "create", "--lat")).contains("--latency");
    }

    @Test
    void valuesAreCompleted() throws Exception {
        assertThat(offered("zns-slab", "completion", "''")).contains("bash", "zsh");
    }

    @Test
    void theScriptForZshIsOneThatZshKnowsHowToRead() {
        CommandRun zsh = CommandRun.of(folder, "completion", "zsh");

        assertThat(zsh.code()).isEqualTo(ExitCode.DONE);
        assertThat(zsh.out()).contains("ZSH_VERSION", "bashcompinit");
    }

    @Test
    void anotherShellIsAWrongArgument() {
        CommandRun fish = CommandRun.of(folder, "completion", "fish");

        assertThat(fish.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fish.err()).contains("fish", "bash", "zsh");
    }
}
