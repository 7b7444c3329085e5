package io.znsslab.cli.demo;

import picocli.CommandLine.Command;

/** {@code zns-slab demo}: the store at work, checked as it goes. */
@Command(
        name = "demo",
        description = "Show the store at work, and check what it does.",
        subcommands = TieringCommand.class,
        synopsisSubcommandLabel = "DEMO")
public final class DemoCommand {
    /** For picocli. */
    public DemoCommand() {}
}
