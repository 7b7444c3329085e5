package io.znsslab.cli.bench.threads;

import io.znsslab.cli.bench.contestant.Contestant;
import io.znsslab.cli.bench.contestant.ContestantOptions;
import io.znsslab.cli.bench.contestant.Pattern;
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

/** {@code zns-slab bench threads}: what a pair of allocation and free takes, with one thread to many. */
@Command(
        name = "threads",
        description = {
            "Measure pairs of an allocation and a free in 1 to --threads threads at a time: nanoseconds a pair in each "
                    + "thread, and how the rate grows with the threads (scaling), next to the C allocators that are "
                    + "installed.",
            "Patterns are those of bench latency; each thread has its own objects."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench threads",
            "  zns-slab bench threads --threads 16 --contestants slab,jemalloc",
            "  zns-slab bench threads --pattern churn --live 100000 --check"
        })
public final class ThreadsCommand implements Callable<Integer> {
    private static final int MOST_LIVE = 10_000_000;

    private final Session session;

    @Option(
            names = "--pattern",
            paramLabel = "PATTERN",
            defaultValue = "fill-drain",
            description = "fill-drain, churn or pairs (default: ${DEFAULT-VALUE}).")
    private Pattern pattern;

    @Option(
            names = "--live",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Objects of each thread that live at a time: 1 to 10000000 (default: ${DEFAULT-VALUE}).")
    private int live;

    @Mixin
    private CrewOptions crew;

    @Mixin
    private ContestantOptions contestants;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    ThreadsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.requireWritable();
        Requirements.inRange("--live", live, 1, MOST_LIVE);
        ThreadsBench.Plan plan = new ThreadsBench.Plan(
                crew.threads(), pattern, live, contestants.sizes(), contestants.seed(), crew.warmUp(), crew.time());
        List<Contestant> present = contestants.present();
        List<ThreadsReport.Row> rows = new ArrayList<>();
        try (Progress progress = new Progress(session.terminal())) {
            ThreadsBench bench = new ThreadsBench(plan, progress);
            for (Contestant contestant : present) {
                rows.addAll(bench.measure(contestant));
            }
        }
        return output.finish(ThreadsReport.of(
                plan,
                rows,
                contestants.absent(),
                present.stream()
                        .filter(contestant -> !contestant.isOurs())
                        .map(Contestant::label)
                        .toList()));
    }
}
