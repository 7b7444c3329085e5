package io.znsslab.cli.bench.scale;

import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench scale}: what an operation costs as the cold slabs become more. */
@Command(
        name = "scale",
        description = {
            "Measure what an operation costs as the number of cold slabs grows, tenfold at a time from 10,000, on a "
                    + "simulated device of 16 TiB that keeps no data.",
            "Takes about 32 bytes of memory for each slab. A bare load from a table with one word for each slab is "
                    + "measured as well, since larger tables are slower by themselves."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab bench scale", "  zns-slab bench scale --slabs 1000000 --json"})
public final class ScaleBenchCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--slabs",
            paramLabel = "COUNT",
            defaultValue = "10000000",
            description = "Largest number of cold slabs, 10000 to 1000000000 (default: ${DEFAULT-VALUE}).")
    private long slabs;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    ScaleBenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        output.requireWritable();
        Requirements.inRange("--slabs", slabs, 10_000, 1_000_000_000);
        try (Progress progress = new Progress(session.terminal())) {
            return output.finish(ScaleBenchReport.of(ScaleBench.run(slabs, progress)));
        }
    }
}
