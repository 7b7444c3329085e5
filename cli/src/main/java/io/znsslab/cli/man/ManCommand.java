package io.znsslab.cli.man;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code zns-slab man}: the manual page of all commands. */
@Command(
        name = "man",
        description = "Print the manual page of all commands, in roff.",
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab man | man -l -", "  zns-slab man > ~/.local/share/man/man1/zns-slab.1"})
public final class ManCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** For picocli. */
    public ManCommand() {}

    @Override
    public void run() {
        spec.commandLine().getOut().print(ManPage.of(spec.root()));
    }
}
