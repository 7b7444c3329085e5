package io.znsslab.cli.bench;

import picocli.CommandLine.Command;

/** {@code zns-slab bench}: measurements. */
@Command(
        name = "bench",
        description = "Measure the store, next to what the device reaches without it.",
        subcommands = {TierBenchCommand.class, ScaleBenchCommand.class},
        synopsisSubcommandLabel = "BENCH")
public final class BenchCommand {
    /** For picocli. */
    public BenchCommand() {}
}
