package io.znsslab.cli.bench.requests;

import io.znsslab.cli.bench.contestant.MixedObjects;
import io.znsslab.cli.bench.crew.CrewOptions;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
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
    private static final int MOST_OBJECTS = 100_000;

    private final Session session;

    @Option(
            names = "--objects",
            paramLabel = "COUNT",
            defaultValue = "40",
            description = "Objects of a request, 1 to 100000 (default: ${DEFAULT-VALUE}).")
    private int objects;

    @Mixin
    private CrewOptions crew;

    @Mixin
    private MixedObjects mixed;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    RequestsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.requireWritable();
        Requirements.inRange("--objects", objects, 1, MOST_OBJECTS);
        RequestsBench.Plan plan = new RequestsBench.Plan(
                crew.threads(), objects, mixed.sizes(), mixed.seed(), crew.warmUp(), crew.time());
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
