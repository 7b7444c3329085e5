package io.znsslab.cli.demo;

import io.znsslab.cli.demo.domains.DomainsCommand;
import picocli.CommandLine.Command;

/** {@code zns-slab demo}: the store at work, with every answer checked. */
@Command(
        name = "demo",
        description = "Run the store, check everything that it answers, and show what becomes of memory.",
        subcommands = {TieringCommand.class, DomainsCommand.class},
        synopsisSubcommandLabel = "DEMO",
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab demo tiering --device file", "  zns-slab demo domains"})
public final class DemoCommand {
    /** For picocli. */
    public DemoCommand() {}
}
