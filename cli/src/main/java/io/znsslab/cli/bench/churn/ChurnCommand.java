package io.znsslab.cli.bench.churn;

import io.znsslab.cli.bench.contestant.MixedObjects;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench churn}: what memory becomes as objects come and go, and when their epoch closes. */
@Command(
        name = "churn",
        description = {
            "Replace random objects of one epoch over and over, watch the resident memory, and close the epoch: memory "
                    + "must not grow with the cycles, and must go back at the close.",
            "The reclamation ratio is the arena's RSS at its peak divided by that after the close. Each object is read "
                    + "before it is freed; the exit code is 3 if one was wrong."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench churn",
            "  zns-slab bench churn --cycles 1000000000 --live 1000000 --check",
            "  zns-slab bench churn --cycles 10000000 --object-size 64,700 --json"
        })
public final class ChurnCommand implements Callable<Integer> {
    private static final int MOST_LIVE = 50_000_000;
    private static final long MOST_CYCLES = 1_000_000_000_000L;

    private final Session session;

    @Option(
            names = "--cycles",
            paramLabel = "COUNT",
            defaultValue = "100000000",
            description = "Objects to replace, 1 to 1000000000000 (default: ${DEFAULT-VALUE}).")
    private long cycles;

    @Option(
            names = "--live",
            paramLabel = "COUNT",
            defaultValue = "100000",
            description = "Objects that live at a time, 1 to 50000000 (default: ${DEFAULT-VALUE}).")
    private int live;

    @Mixin
    private MixedObjects mixed;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    ChurnCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        output.requireWritable();
        Requirements.inRange("--cycles", cycles, 1, MOST_CYCLES);
        Requirements.inRange("--live", live, 1, MOST_LIVE);
        try (Progress progress = new Progress(session.terminal())) {
            return output.finish(
                    ChurnBench.run(new ChurnBench.Plan(cycles, live, mixed.sizes(), mixed.seed()), progress));
        }
    }
}
