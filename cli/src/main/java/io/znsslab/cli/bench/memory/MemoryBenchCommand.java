package io.znsslab.cli.bench.memory;

import io.znsslab.cli.bench.contestant.MixedObjects;
import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.bench.device.DeviceOptions;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench memory}: whether memory stays below the limit. */
@Command(
        name = "memory",
        description = {
            "Watch the memory of a store with one limit over all of it (allocator.memory-limit), in three parts of "
                    + "equal time: objects are replaced while they fill the memory; epochs are filled and demoted one "
                    + "after the other; cold objects are read, walked over and copied to segments of domains while "
                    + "hot ones fill the memory.",
            "What the store counts must not exceed the limit. Nor must the process's resident memory, less what it was "
                    + "after a first pass with a small store, by more than 5 %: that much is left to the Java heap."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench memory",
            "  zns-slab bench memory --memory-limit 1GiB --time 5m --report memory.html",
            "  zns-slab bench memory --device /dev/nvme0n2 --json > memory.json"
        })
public final class MemoryBenchCommand implements Callable<Integer> {
    static final long LEAST_LIMIT_BYTES = 32 << 20;
    private static final long MOST_LIMIT_BYTES = 1L << 40;

    private final Session session;

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            defaultValue = "256MiB",
            converter = ByteSize.class,
            description = "Memory of allocator and tier together, 32MiB to 1TiB (default: ${DEFAULT-VALUE}).")
    private long limitBytes;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeSpan.class,
            description = "How long in all, 300ms to 24h (default: ${DEFAULT-VALUE}).")
    private Duration time;

    @Mixin
    private MixedObjects mixed;

    @Mixin
    private StoreSettings settings;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    MemoryBenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        output.requireWritable();
        Requirements.size("--memory-limit", limitBytes, LEAST_LIMIT_BYTES, MOST_LIMIT_BYTES);
        Requirements.time("--time", time, Duration.ofMillis(300));
        MemoryBench.Plan plan = new MemoryBench.Plan(limitBytes, time, mixed.sizes(), mixed.seed());
        try (BenchDevice place = device.open(DeviceShape.holding(limitBytes));
                Progress progress = new Progress(session.terminal())) {
            return output.finish(MemoryBench.run(plan, settings, place, progress));
        }
    }
}
