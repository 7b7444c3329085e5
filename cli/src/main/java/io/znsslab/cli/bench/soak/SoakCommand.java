package io.znsslab.cli.bench.soak;

import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.bench.device.DeviceOptions;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench soak}: both tiers at work for hours, every answer checked. */
@Command(
        name = "soak",
        description = {
            "Allocate, read, free, demote, promote and discard in several threads for as long as --time says, and "
                    + "compare every answer with a model. The store is closed and reopened again and again; then each "
                    + "object is read, every byte of it compared, and the allocator's invariants are checked.",
            "The first wrong answer ends it, with exit code 3. The same seed takes the same steps in each thread."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench soak",
            "  zns-slab bench soak --time 8h --threads 4 --seed 7",
            "  zns-slab bench soak --device /dev/nvme0n2 --time 1h --json > soak.json"
        })
public final class SoakCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 64;
    /**
     * The size of a file that is made: large enough for the collector to have work, small enough for zones to be
     * reused.
     */
    private static final DeviceShape SHAPE = new DeviceShape(64, 4 << 20, 3 << 20, 0, 9, 10, 4096);

    private final Session session;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "1m",
            converter = TimeSpan.class,
            description = "How long, 10ms to 365d (default: ${DEFAULT-VALUE}).")
    private Duration time;

    @Option(
            names = "--restart-every",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = TimeSpan.class,
            description = "Time between two openings of the store, at least 10ms (default: ${DEFAULT-VALUE}).")
    private Duration restartEvery;

    @Option(
            names = "--threads",
            paramLabel = "COUNT",
            defaultValue = "2",
            description = "Threads that work at a time, 1 to 64 (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "32M",
            converter = ByteSize.class,
            description = "DRAM for objects, 8M for each thread at least (default: ${DEFAULT-VALUE}).")
    private long memoryBytes;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            defaultValue = "42",
            description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private StoreSettings settings;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    SoakCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        output.requireWritable();
        Requirements.time("--time", time, Duration.ofMillis(10), Duration.ofDays(365));
        Requirements.time("--restart-every", restartEvery, Duration.ofMillis(10), Duration.ofDays(365));
        Requirements.inRange("--threads", threads, 1, MOST_THREADS);
        Requirements.size("--memory", memoryBytes, threads * (8L << 20), 1L << 40);
        SoakReport report;
        try (BenchDevice place = device.open(SHAPE);
                Progress progress = new Progress(session.terminal())) {
            SoakBench.Plan plan = new SoakBench.Plan(time, restartEvery, threads, memoryBytes, seed);
            report = new SoakBench(plan, settings, place, progress).run();
        }
        int status = output.finish(report);
        if (report.wrong() > 0) {
            throw new CommandFailure(
                    ExitCode.WRONG_ANSWER,
                    report.wrong() + " wrong, the first: " + report.complaints().getFirst() + "; seed " + seed);
        }
        return status;
    }
}
