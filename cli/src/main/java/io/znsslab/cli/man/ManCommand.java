package io.znsslab.cli.man;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zns-slab man}: the manual page of all commands, or of one. */
@Command(
        name = "man",
        description = "Print the manual page of all commands, or of one, in roff.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab man | man -l -",
            "  zns-slab man device info | man -l -",
            "  zns-slab man > ~/.local/share/man/man1/zns-slab.1"
        })
public final class ManCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "The command, such as device info (default: all of them)")
    private List<String> words = List.of();

    /** For picocli. */
    public ManCommand() {}

    @Override
    public void run() {
        spec.root().commandLine().getOut().print(ManPage.of(named()));
    }

    private CommandSpec named() {
        CommandLine command = spec.root().commandLine();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "there is no command '" + command.getCommandSpec().qualifiedName() + " " + word + "'");
            }
            command = next;
        }
        return command.getCommandSpec();
    }
}
