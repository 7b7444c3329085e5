package io.znsslab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.Terminal;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every command's help: a new command without a description or an example fails here. */
class HelpTest {
    @TempDir
    private Path home;

    private static CommandLine tree() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return CommandTree.of(
                new Session(Map.of(), new Terminal(nowhere, OutputStream.nullOutputStream(), nowhere, false, 80)));
    }

    private static List<CommandLine> below(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(subcommand -> all.addAll(below(subcommand)));
        return all;
    }

    /** All commands, by the words that name them. */
    static Stream<String> commands() {
        return below(tree()).stream().map(command -> command.getCommandSpec().qualifiedName());
    }

    private static CommandLine named(String name) {
        CommandLine command = tree();
        for (String word : Arrays.asList(name.split(" ", -1)).subList(1, name.split(" ", -1).length)) {
            command = command.getSubcommands().get(word);
        }
        return command;
    }

    private static List<String> examples(CommandLine command) {
        return ShellWords.linesIn(
                Arrays.stream(command.getCommandSpec().usageMessage().footer()));
    }

    static Stream<String> allExamples() {
        return below(tree()).stream()
                .flatMap(command -> examples(command).stream())
                .distinct();
    }

    @Test
    void theTreeHasCommands() {
        assertThat(commands()).contains("zns-slab doctor", "zns-slab emulate create", "zns-slab jmh");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandSaysWhatItDoesAndHasAnExample(String name) {
        CommandLine command = named(name);

        assertThat(command.getCommandSpec().usageMessage().description())
                .isNotEmpty()
                .allSatisfy(paragraph -> assertThat(paragraph).isNotBlank());
        assertThat(examples(command)).as("examples in the footer of " + name).isNotEmpty();
        assertThat(command.getUsageMessage()).contains("Examples:\n");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionAndParameterIsDescribed(String name) {
        for (ArgSpec argument : named(name).getCommandSpec().args()) {
            assertThat(argument.description()).as(name + " " + argument).isNotEmpty();
            assertThat(String.join("", argument.description()))
                    .as(name + " " + argument)
                    .isNotBlank();
        }
    }

    /** What they say of defaults has to be true of any option: none is left as a variable. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyHelpTextIsWholeAndFitsTheTerminal(String name) {
        List<String> words = new ArrayList<>(Arrays.asList(name.split(" ", -1)));
        words.removeFirst();
        words.add("--help");

        CommandRun help = CommandRun.of(home, words.toArray(String[]::new));

        assertThat(help.code()).isEqualTo(ExitCode.DONE);
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: zns-slab").doesNotContain("${");
        assertThat(help.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(90));
    }

    @ParameterizedTest
    @MethodSource("allExamples")
    void everyExampleIsUnderstood(String line) {
        List<List<String>> calls = ShellWords.callsIn(line);

        assertThat(calls).isNotEmpty();
        for (List<String> call : calls) {
            assertThatCode(() -> tree().parseArgs(call.toArray(String[]::new)))
                    .as(line)
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void jsonIsAnOptionOfThatNameEverywhere(String name) {
        for (OptionSpec option : named(name).getCommandSpec().options()) {
            if (String.join("", option.description()).contains("as JSON") && !option.hidden()) {
                assertThat(option.names()).as(name).containsAnyOf("--json", "--report");
            }
        }
    }

    @Test
    void theVersionIsThatOfTheProgramAndOfJava() {
        CommandRun version = CommandRun.of(home, "--version");

        assertThat(version.code()).isEqualTo(ExitCode.DONE);
        assertThat(version.out()).startsWith("zns-slab ").contains("Java " + Runtime.version());
    }

    @Test
    void theExitCodesOfSignalsAndOfACommandThatCannotBeRunAreInTheTable() {
        assertThat(CommandRun.of(home, "--help").out())
                .containsPattern("(?m)^ +127 ")
                .containsPattern("(?m)^ +130 ");
    }
}
