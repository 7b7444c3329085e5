package io.znsslab.cli.bench.latency;

import io.znsslab.cli.bench.contestant.Contestant;
import io.znsslab.cli.bench.contestant.ContestantOptions;
import io.znsslab.cli.bench.contestant.Pattern;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench latency}: how long single operations take. */
@Command(
        name = "latency",
        description = {
            "Time single allocations and frees, and print median, p99, p99.9, the longest, and p99.9 / median, next to "
                    + "the C allocators that are installed.",
            "Reading the clock takes longer than some of the operations do, so its own distribution is taken in the "
                    + "same loop. Patterns: fill-drain allocates --live objects and frees all of them in random order; "
                    + "churn replaces a random one of --live objects; pairs frees each object at once."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench latency",
            "  zns-slab bench latency --pattern churn --live 100000 --object-size 32-700",
            "  zns-slab bench latency --contestants slab,glibc --time 10s --json"
        })
public final class LatencyCommand implements Callable<Integer> {
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
            description = "Objects that live at a time, at most: 1 to 10000000 (default: ${DEFAULT-VALUE}).")
    private int live;

    @Option(
            names = "--warm-up",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = TimeSpan.class,
            description = "Time before the clock counts, for each allocator (default: ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = TimeSpan.class,
            description = "Time of measuring, for each allocator, 1ms to 24h (default: ${DEFAULT-VALUE}).")
    private Duration time;

    @Mixin
    private ContestantOptions contestants;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    LatencyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        output.requireWritable();
        Requirements.inRange("--live", live, 1, MOST_LIVE);
        Requirements.time("--warm-up", warmUp, Duration.ZERO);
        Requirements.time("--time", time, Duration.ofMillis(1));
        LatencyPlan plan = new LatencyPlan(pattern, live, contestants.sizes(), contestants.seed(), warmUp, time);
        List<Contestant> present = contestants.present();
        Map<String, Times> measured = new LinkedHashMap<>();
        try (Progress progress = new Progress(session.terminal())) {
            LatencyBench bench = new LatencyBench(plan, progress);
            present.forEach(contestant -> measured.put(contestant.label(), bench.measure(contestant)));
        }
        LatencyReport report = LatencyReport.of(
                plan,
                measured.entrySet().stream()
                        .map(entry -> entry.getValue().row(entry.getKey()))
                        .toList(),
                contestants.absent(),
                present.stream()
                        .filter(contestant -> !contestant.isOurs())
                        .map(Contestant::label)
                        .toList());
        return output.finish(report);
    }
}
