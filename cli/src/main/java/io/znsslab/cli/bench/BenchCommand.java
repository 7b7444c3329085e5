package io.znsslab.cli.bench;

import io.znsslab.cli.bench.churn.ChurnCommand;
import io.znsslab.cli.bench.latency.LatencyCommand;
import io.znsslab.cli.bench.memory.MemoryBenchCommand;
import io.znsslab.cli.bench.requests.RequestsCommand;
import io.znsslab.cli.bench.scale.ScaleBenchCommand;
import io.znsslab.cli.bench.soak.SoakCommand;
import io.znsslab.cli.bench.threads.ThreadsCommand;
import io.znsslab.cli.bench.tier.TierBenchCommand;
import io.znsslab.cli.bench.trace.TraceCommand;
import picocli.CommandLine.Command;

/** {@code zns-slab bench}: measurements. */
@Command(
        name = "bench",
        description = "Measure the store, next to what other allocators and the device itself reach.",
        subcommands = {
            LatencyCommand.class,
            ThreadsCommand.class,
            ChurnCommand.class,
            MemoryBenchCommand.class,
            RequestsCommand.class,
            TierBenchCommand.class,
            ScaleBenchCommand.class,
            SoakCommand.class,
            TraceCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench latency --contestants slab,glibc",
            "  zns-slab bench tier --check",
            "  zns-slab bench soak --time 1h"
        },
        synopsisSubcommandLabel = "BENCH")
public final class BenchCommand {
    /** For picocli. */
    public BenchCommand() {}
}
