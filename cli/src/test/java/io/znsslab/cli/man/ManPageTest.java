package io.znsslab.cli.man;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.cli.CommandRun;
import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
    private static final Pattern OPTION = Pattern.compile("^ +(?:-\\w, )?(--[a-z-]+)", Pattern.MULTILINE);
    private static final Pattern COMMAND = Pattern.compile("^  ([a-z]+) ", Pattern.MULTILINE);
    private static final Set<String> MACROS = Set.of(".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".nf", ".fi");

    @TempDir
    private Path home;

    private String page;

    @BeforeEach
    void print() {
        CommandRun run = CommandRun.of(home, "man");
        assertThat(run.code()).isEqualTo(ExitCode.DONE);
        page = run.out();
    }

    private String plain() {
        return page.replace("\\-", "-").replace("\\(dq", "\"");
    }

    private String help(String... command) {
        return CommandRun.of(
                        home,
                        Stream.concat(Stream.of(command), Stream.of("--help")).toArray(String[]::new))
                .out();
    }

    @Test
    void eachCommandOfTheHelpHasItsSynopsisOnThePage() {
        for (List<String> command : List.of(
                List.of("demo", "tiering"),
                List.of("bench", "tier"),
                List.of("bench", "scale"),
                List.of("bench", "latency"),
                List.of("bench", "trace"),
                List.of("device", "info"),
                List.of("emulate"),
                List.of("config", "set"),
                List.of("man"))) {
            assertThat(plain()).contains("\n.SS \"zns-slab " + String.join(" ", command) + "\"\nzns-slab ");
        }
        List<String> named = COMMAND.matcher(help().split("Commands:")[1].split("Exit codes:")[0])
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(named)
                .contains("demo", "device", "man")
                .allSatisfy(name -> assertThat(plain()).contains("\n.SS \"zns-slab " + name));
    }

    @Test
    void eachOptionOfTheHelpIsOnThePageOnceForItsCommand() {
        String section = plain().split("\\.SS \"zns-slab demo tiering\"")[1].split("\\.SS ")[0];

        assertThat(OPTION.matcher(help("demo", "tiering")).results().map(match -> match.group(1)))
                .hasSizeGreaterThan(15)
                .filteredOn(name -> !Set.of("--help", "--stacktrace").contains(name))
                .allSatisfy(name -> assertThat(section).containsOnlyOnce("\n.B " + name));
    }

    @Test
    void aCommandHasAPageOfItsOwn() {
        CommandRun run = CommandRun.of(home, "man", "emulate", "create");

        assertThat(run.code()).isEqualTo(ExitCode.DONE);
        assertThat(run.out().replace("\\-", "-"))
                .startsWith(".TH \"ZNS-SLAB-EMULATE-CREATE\" \"1\"")
                .contains("\n.SH \"NAME\"\nzns-slab-emulate-create - Create a zoned null_blk device")
                .contains("\n.B --latency=TIME\n")
                .contains("\n.SH \"EXAMPLES\"\n.nf\n  zns-slab emulate create\n")
                .contains("\n.SH \"EXIT STATUS\"\n")
                .doesNotContain("\n.SH \"COMMANDS\"");
    }

    @Test
    void aCommandThatDoesNotExistHasNoPage() {
        CommandRun run = CommandRun.of(home, "man", "device", "form");

        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("there is no command 'zns-slab device form'");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aCommandWithSubcommandsHasTheirsOnItsPageAndItsOwnSynopses() {
        String emulate = CommandRun.of(home, "man", "emulate").out().replace("\\-", "-");

        assertThat(emulate)
                .contains("\n.SS \"zns-slab emulate list\"\n")
                .contains("\n.PP\nzns-slab emulate (create | list | remove) ...\n");
    }

    @Test
    void hiddenOptionsAreNotOnThePage() {
        assertThat(plain()).doesNotContain("--chosen");
    }

    @Test
    void eachExitCodeIsOnThePage() {
        for (ExitCode code : ExitCode.values()) {
            assertThat(plain()).contains("\n.TP\n.B " + code.status() + "\n" + code.meaning() + "\n");
        }
    }

    @Test
    void defaultsStandInTheDescriptions() {
        assertThat(plain()).contains("(default: 512M)").doesNotContain("${");
    }

    @Test
    void everyRequestIsOneOfTheManMacros() {
        assertThat(page.lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
                .allSatisfy(line -> assertThat(MACROS).contains(line.split(" ")[0]));
    }
}
