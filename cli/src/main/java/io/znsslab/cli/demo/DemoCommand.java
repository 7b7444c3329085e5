package io.znsslab.cli.demo;

import picocli.CommandLine.Command;

/** {@code zns-slab demo}: the store at work, with every answer checked. */
@Command(
        name = "demo",
        description = "Run the store and check everything that it answers.",
        subcommands = TieringCommand.class,
        synopsisSubcommandLabel = "DEMO")
public final class DemoCommand {
    /** For picocli. */
    public DemoCommand() {}
}
