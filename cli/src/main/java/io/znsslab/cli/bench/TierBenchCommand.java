package io.znsslab.cli.bench;

import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zns-slab bench tier}: the cold tier beside fio. */
@Command(
        name = "tier",
        description = {
            "Measure demotion and cold reads beside fio's io_uring engine, on the same device in the same run; "
                    + "and what the store takes and"
                    + " amplifies. Each figure stands beside its goal.",
            "Without --device an embedded device is made in a folder for the time being, and fio writes a file "
                    + "beside it."
        },
        footer = {
            "",
            "Example, in a kernel with null_blk:",
            "  zns-slab emulate null_blk --zones 40 --zone-size 32M --zone-capacity 32M -- zns-slab bench tier "
                    + "--device /dev/nullb0"
        })
final class TierBenchCommand implements Callable<Integer> {
    private static final long ZONE_BYTES = 32L << 20;

    private final Session session;

    @Option(names = "--device", paramLabel = "PATH", description = "A zoned block device, all of which is lost.")
    private Path device;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Where the embedded device is made (default: the folder for temporary files).")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "512M",
            converter = ByteSize.class,
            description = "What is demoted and read, at least 128M (default: ${DEFAULT-VALUE}).")
    private long bytes;

    @Option(
            names = "--seconds",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "How long each figure of reading is measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "How often each is measured; the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--force", description = "Says that all on --device may be lost.")
    private boolean force;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    TierBenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        require(bytes >= 128L << 20, "--size " + bytes + ": must be at least 128M");
        require(seconds >= 1 && rounds >= 1, "--seconds and --rounds must be at least 1");
        require(device == null || force, "--device " + device + ": all on it will be lost; say --force");
        try (BenchTarget target = target();
                Progress progress = new Progress(session.terminal())) {
            TierBenchReport report = new TierBench(target, bytes, seconds, rounds, progress).run();
            if (json) {
                Json.print(session.terminal().out(), report);
            } else {
                report.print(session.terminal().out());
            }
            return ExitCode.DONE.status();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.UNEXPECTED, "interrupted while measuring", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "no room for an embedded device: " + e.getMessage(), e);
        }
    }

    /** A quarter larger than the data: zones are filled one after the other, by several lanes. */
    private BenchTarget target() {
        int zones = Math.toIntExact(bytes / ZONE_BYTES * 5 / 4) + BenchTarget.METADATA_ZONES + 6;
        return device != null ? BenchTarget.existing(device) : BenchTarget.inFolder(folder, ZONE_BYTES, zones);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CommandFailure(ExitCode.USAGE, rule);
        }
    }
}
