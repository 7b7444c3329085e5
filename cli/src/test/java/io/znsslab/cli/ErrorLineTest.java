package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorLineTest {
    @TempDir
    private Path home;

    @Test
    void anUnknownOptionIsAUsageErrorThatPointsToTheHelp() {
        CommandRun run = CommandRun.of(home, "demo", "tiering", "--colour");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .startsWith("zns-slab: Unknown option: '--colour'\n")
                .endsWith("Try 'zns-slab demo tiering --help'.\n");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aMistypedCommandIsAnsweredWithTheNearestOne() {
        CommandRun run = CommandRun.of(home, "demo", "tierin");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("Did you mean: tiering?");
    }

    @Test
    void aMissingSubcommandIsAUsageErrorInOneLine() {
        CommandRun run = CommandRun.of(home, "device");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err().lines().findFirst()).hasValue("zns-slab: Missing required subcommand");
    }

    @Test
    void anErrorShowsWhereItComesFromOnlyWhenAsked() {
        CommandRun plain = CommandRun.of(home, "device", "info", "/nothing/here");
        CommandRun traced = CommandRun.of(home, "device", "info", "/nothing/here", "--stacktrace");

        assertThat(plain.err()).hasLineCount(1);
        assertThat(traced.err()).startsWith(plain.err()).contains("\tat io.znsslab.");
        assertThat(traced.status()).isEqualTo(plain.status());
    }

    @Test
    void theHelpListsEveryExitCode() {
        String help = CommandRun.of(home, "--help").out();

        for (ExitCode code : ExitCode.values()) {
            assertThat(help)
                    .containsPattern(
                            "\n +" + code.status() + " +" + code.meaning().substring(0, 12));
        }
    }

    @Test
    void noTwoExitCodesAreTheSame() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::status)).doesNotHaveDuplicates();
    }
}
