package io.znsslab.cli.bench.requests;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench requests}: requests a second, each with a lifetime of its own. */
@Command(
        name = "requests",
        description = {
            "Serve requests in 1 to --threads threads: each opens a domain, allocates, writes and reads objects in it, "
                    + "and closes it. Under both policies of reclamation, next to Arena.ofConfined.",
            "Page faults, context switches and kernel time of a request come from getrusage(2), system calls from "
                    + "strace(1) where it is installed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench requests",
            "  zns-slab bench requests --threads 8 --objects 100 --object-size 16-256",
            "  zns-slab bench requests --time 10s --check --json"
        })
public final class RequestsCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 1024;
    private static final int MOST_OBJECTS = 100_000;

    private final Session session;

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            description = "Largest number of threads, 1 to 1024 (default: the processors of this machine).")
    private Integer threads;

    @Option(
            names = "--objects",
            paramLabel = "COUNT",
            defaultValue = "40",
            description = "Objects of a request, 1 to 100000 (default: ${DEFAULT-VALUE}).")
    private int objects;

    @Option(
            names = "--object-size",
            paramLabel = "BYTES[-BYTES][,...]",
            defaultValue = "32-700",
            converter = ObjectSizes.Converter.class,
            description =
                    "Size of an object, 8 to 760 bytes; a range; or several by commas, of which each is as frequent "
                            + "(default: ${DEFAULT-VALUE}).")
    private ObjectSizes sizes;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "42",
            description = "Seed of the sizes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = TimeSpan.class,
            description = "Time before the clock counts, for each figure (default: ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = TimeSpan.class,
            description = "Time of measuring, for each figure, 1ms to 24h (default: ${DEFAULT-VALUE}).")
    private Duration time;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    RequestsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.requireWritable();
        int most = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        Requirements.inRange("--threads", most, 1, MOST_THREADS);
        Requirements.inRange("--objects", objects, 1, MOST_OBJECTS);
        Requirements.time("--warm-up", warmUp, Duration.ZERO);
        Requirements.time("--time", time, Duration.ofMillis(1));
        RequestsBench.Plan plan =
                new RequestsBench.Plan(most, objects, sizes.require("--object-size"), seed, warmUp, time);
        List<RequestsReport.Row> rows = new ArrayList<>();
        try (Progress progress = new Progress(session.terminal())) {
            RequestsBench bench = new RequestsBench(plan, progress);
            for (RequestMemory memory : RequestMemory.values()) {
                rows.addAll(bench.measure(memory));
            }
        }
        return output.finish(RequestsReport.of(plan, rows));
    }
}
