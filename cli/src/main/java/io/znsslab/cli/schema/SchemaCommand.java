package io.znsslab.cli.schema;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Nearest;
import io.znsslab.cli.terminal.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab schema}: the documented form of what commands print with {@code --json}. */
@Command(
        name = "schema",
        description = {
            "Print the JSON Schema (2020-12) of what a command prints with --json; every field is described in it.",
            "Without COMMAND: list the commands that have one."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab schema", "  zns-slab schema device info"})
public final class SchemaCommand implements Runnable {
    private final Session session;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command's words, such as: device info")
    private List<String> words = List.of();

    /** For picocli's factory. */
    public SchemaCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        List<String> commands = new ArrayList<>();
        collect(spec.root(), "", commands);
        if (words.isEmpty()) {
            commands.forEach(session.terminal().out()::println);
            return;
        }
        String command = String.join(" ", words).replace('-', ' ');
        if (!commands.contains(command)) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "no command '" + command + "' prints JSON"
                            + Nearest.to(command, commands)
                                    .map(near -> ": did you mean '" + near + "'?")
                                    .orElse("; `zns-slab schema` lists those that do"));
        }
        session.terminal().out().print(textOf(command.replace(' ', '-')));
    }

    private static void collect(CommandSpec command, String words, List<String> commands) {
        if (command.findOption("--json") != null) {
            commands.add(words);
        }
        for (CommandLine child : command.subcommands().values()) {
            String name = child.getCommandName();
            collect(child.getCommandSpec(), words.isEmpty() ? name : words + " " + name, commands);
        }
    }

    private static String textOf(String name) {
        try (InputStream schema = SchemaCommand.class.getResourceAsStream(name + ".schema.json")) {
            if (schema == null) {
                throw new IllegalStateException("the schema " + name + " is not part of this build");
            }
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
