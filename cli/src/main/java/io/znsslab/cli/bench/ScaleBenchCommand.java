package io.znsslab.cli.bench;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zns-slab bench scale}: what an operation costs as the cold slabs become more. */
@Command(
        name = "scale",
        description = {
            "Measure what an operation costs as the number of cold slabs grows, tenfold at a time from 10,000, on a "
                    + "simulated device of 16 TiB that keeps no data.",
            "Takes about 32 bytes of memory for each slab. A bare load from a table with one word for each slab is "
                    + "measured as well, since larger tables are slower by themselves."
        })
final class ScaleBenchCommand implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--slabs",
            paramLabel = "COUNT",
            defaultValue = "10000000",
            description = "Largest number of cold slabs, 10000 to 1000000000 (default: ${DEFAULT-VALUE}).")
    private long slabs;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** The report. */
    record Report(List<ScaleBench.Level> levels) {}

    /** For picocli's factory. */
    ScaleBenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (slabs < 10_000 || slabs > 1_000_000_000) {
            throw new CommandFailure(ExitCode.USAGE, "--slabs " + slabs + ": must be 10000 to 1000000000");
        }
        try (Progress progress = new Progress(session.terminal())) {
            List<ScaleBench.Level> levels = ScaleBench.run(slabs, progress);
            if (json) {
                Json.print(session.terminal().out(), new Report(levels));
            } else {
                print(session.terminal().out(), levels);
            }
            return ExitCode.DONE.status();
        }
    }

    private static void print(PrintWriter out, List<ScaleBench.Level> levels) {
        out.println("nanoseconds per slab or operation; table: bytes per cold slab");
        out.println();
        out.printf("%13s %10s %10s %10s %10s %10s%n", "cold slabs", "demotion", "locate", "bare load", "free", "table");
        for (ScaleBench.Level level : levels) {
            out.printf(
                    Locale.ROOT,
                    "%,13d %,10.0f %10.1f %10.1f %,10.0f %10.3f%n",
                    level.slabs(),
                    level.demotionNanos(),
                    level.locateNanos(),
                    level.loadNanos(),
                    level.freeNanos(),
                    level.tableBytes());
        }
        out.flush();
    }
}
