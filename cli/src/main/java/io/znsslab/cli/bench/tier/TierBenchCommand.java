package io.znsslab.cli.bench.tier;

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
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab bench tier}: the cold tier beside fio. */
@Command(
        name = "tier",
        description = {
            "Measure demotion and cold reads next to fio's io_uring engine, on the same device in the same run, "
                    + "as well as CPU time, heap, index memory and write amplification. Each figure has its "
                    + "goal next to it.",
            "The settings of the tier, as tier.write-size, are those of the store that is measured; its memory and "
                    + "sizes are the benchmark's.",
            "Next to a device file, fio writes a plain file, which is removed at the end. All zones of the device are "
                    + "empty at the end."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench tier",
            "  zns-slab bench tier --device file --folder /var/tmp --size 1G --check",
            "  zns-slab emulate null_blk --zones 40 --zone-size 32M --zone-capacity 32M \\",
            "      -- ./zns-slab bench tier --device /dev/nullb0 --size 512M"
        })
public final class TierBenchCommand implements Callable<Integer> {
    private static final long ZONE_BYTES = 32L << 20;
    private static final int BLOCK_BYTES = 4096;

    private final Session session;

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

    @Mixin
    private StoreSettings settings;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    TierBenchCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        output.requireWritable();
        Requirements.size("--size", bytes, 128L << 20, 1L << 40);
        Requirements.inRange("--seconds", seconds, 1, 3600);
        Requirements.inRange("--rounds", rounds, 1, 1000);
        settings.check();
        try (BenchTarget target = new BenchTarget(device.open(shape()), settings);
                Progress progress = new Progress(session.terminal())) {
            return output.finish(new TierBench(target, bytes, seconds, rounds, progress).run());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.UNEXPECTED, "interrupted while measuring", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot create an embedded device: " + e.getMessage(), e);
        }
    }

    /** A quarter larger than the data: zones are filled one after the other, by several zone writers. */
    private DeviceShape shape() {
        int zones = Math.toIntExact(bytes / ZONE_BYTES * 5 / 4) + BenchTarget.METADATA_ZONES + 6;
        return new DeviceShape(zones, ZONE_BYTES, ZONE_BYTES, 0, 0, 0, BLOCK_BYTES);
    }
}
