package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(run.err()).contains("Did you mean: tiering, ");
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            emulate null_blk --memory -5 -- true       | '-5' is not a size
            emulate null_blk --time-limit 0 -- true    | --time-limit 0
            demo tiering --device file --memory 100T   | memory limit
            demo tiering --device file --memory 1k     | --memory 1024
            demo tiering --device file --memory much   | 'much' is not a size
            demo tiering --device file --epochs 0      | --epochs 0
            demo tiering --device file --set a=b       | there is no setting 'a'
            device zones --map --table                 | mutually exclusive
            device read --offset -1                    | '-1' is not a size
            """)
    void aValueThatCannotBeIsAUsageErrorInOneLine(String arguments, String answer) {
        CommandRun run = CommandRun.of(home, arguments.split(" ", -1));

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err().lines().findFirst().orElseThrow())
                .startsWith("zns-slab: ")
                .contains(answer);
        assertThat(run.err()).doesNotContain("\tat ");
    }

    @Test
    void aWrongWordIsAnsweredInTheSpellingOfTheHelp() {
        CommandRun run = CommandRun.of(home, "emulate", "nulblk", "--", "true");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains("'nulblk' is not one of null_blk, nvme-zns: did you mean null_blk?")
                .doesNotContain("NULL_BLK");
    }

    @Test
    void aReportThatCannotBeWrittenFailsBeforeTheRun() {
        CommandRun run =
                CommandRun.of(home, "demo", "tiering", "--device", "file", "--report", home + "/no/report.json");

        assertThat(run.code()).isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(run.err()).contains("there is no folder " + home + "/no").hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void optionsOfANewDeviceAreRefusedForOneThatExists() {
        String device = home.resolve("device").toString();
        CommandRun.of(home, "device", "create", device, "--zones", "16");

        for (String name : new String[] {device, "file:" + device}) {
            CommandRun run =
                    CommandRun.of(home, "demo", "tiering", "--device", name, "--zones", "16", "--max-open", "4");
            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("--zones, --max-open: only for a device that this call creates");
        }
    }

    @Test
    void noTwoExitCodesAreTheSame() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::status)).doesNotHaveDuplicates();
    }
}
