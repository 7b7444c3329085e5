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
            "Measure demotion and cold reads next to fio's io_uring engine, on the same device in the same run, "
                    + "as well as CPU time, heap, index memory and write amplification. Each figure has its "
                    + "goal next to it.",
            "Without --device the command creates an embedded device in a folder, has fio write a plain file next to "
                    + "it, and removes both at the end."
        },
        footerHeading = "%nExample, in a kernel with null_blk:%n",
        footer = {
            "  zns-slab emulate null_blk --zones 40 --zone-size 32M --zone-capacity 32M \\",
            "      -- ./zns-slab bench tier --device /dev/nullb0 --force"
        })
final class TierBenchCommand implements Callable<Integer> {
    private static final long ZONE_BYTES = 32L << 20;

    private final Session session;

    @Option(
            names = "--device",
            paramLabel = "PATH",
            description = "Path of a zoned block device; everything on it is destroyed.")
    private Path device;

    @Option(
            names = "--folder",
            paramLabel = "FOLDER",
            description = "Folder in which the embedded device is created (default: the folder for temporary files).")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "512M",
            converter = ByteSize.class,
            description = "Bytes to demote and to read, at least 128M (default: ${DEFAULT-VALUE}).")
    private long bytes;

    @Option(
            names = "--seconds",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "Seconds for each figure of reading (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rounds",
            paramLabel = "COUNT",
            defaultValue = "3",
            description = "Rounds of each measurement, whose median is printed (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--force", description = "Confirm that everything on --device may be destroyed.")
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
        require(
                device == null || force,
                "--device " + device + ": everything on it would be destroyed; add --force to do that");
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
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot create an embedded device: " + e.getMessage(), e);
        }
    }

    /** A quarter larger than the data: zones are filled one after the other, by several zone writers. */
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
