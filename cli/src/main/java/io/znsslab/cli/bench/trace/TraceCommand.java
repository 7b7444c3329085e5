package io.znsslab.cli.bench.trace;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.device.BenchDevice;
import io.znsslab.cli.bench.device.DeviceOptions;
import io.znsslab.cli.bench.result.OutputOptions;
import io.znsslab.cli.bench.result.Requirements;
import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZonedDevice;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab bench trace}: a recorded sequence of accesses on a cache in both tiers. */
@Command(
        name = "trace",
        description = {
            "Replay a cache trace on a cache whose values lie in epochs, in DRAM and on the device; Caffeine keeps the "
                    + "index and decides what stays. Prints hit ratio, latencies, memory, and bytes written for each "
                    + "byte inserted.",
            "Formats, by the names of Caffeine's simulator: lirs (a key in each line), arc (first block, number of "
                    + "blocks), address (kind, address), corda (64-bit numbers), twitter (time, key, key size, value "
                    + "size, client, operation, TTL by commas), umass-storage (unit, block, bytes, operation, time by "
                    + "commas), adapt-size (time, key, size). The file may be compressed with gzip or xz."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab bench trace multi1.trace.gz",
            "  zns-slab bench trace OLTP.lis --format arc --capacity 1G --memory 128M",
            "  zstd -dc cluster52.sort.zst | zns-slab bench trace - --limit 10000000 --json"
        })
public final class TraceCommand implements Callable<Integer> {
    private static final long LEAST_BYTES = 1 << 20;
    private static final long MOST_BYTES = 1L << 44;
    private static final int LARGEST_VALUE = 65_264;

    private final Session session;

    @Parameters(index = "0", paramLabel = "FILE", description = "The trace, or - for standard input.")
    private String file;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "lirs, arc, address, corda, twitter, umass-storage or adapt-size (default: by the first line).")
    private TraceFormat format;

    @Option(names = "--limit", paramLabel = "COUNT", description = "Accesses to replay at most (default: all).")
    private Long limit;

    @Option(
            names = "--capacity",
            paramLabel = "SIZE",
            defaultValue = "256M",
            converter = ByteSize.class,
            description = "Size of the cache, both tiers together (default: ${DEFAULT-VALUE}).")
    private long capacityBytes;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            defaultValue = "64M",
            converter = ByteSize.class,
            description = "DRAM for values, at least 4 times --epoch-size (default: ${DEFAULT-VALUE}).")
    private long memoryBytes;

    @Option(
            names = "--epoch-size",
            paramLabel = "SIZE",
            defaultValue = "4M",
            converter = ByteSize.class,
            description = "Values of an epoch, 64K to 1G (default: ${DEFAULT-VALUE}).")
    private long epochBytes;

    @Option(
            names = "--slab-size",
            paramLabel = "SIZE",
            defaultValue = "4K",
            converter = ByteSize.class,
            description = "Size of a slab, which holds a value and is read at once: 4K, 8K, 16K, 32K or 64K (default: "
                    + "${DEFAULT-VALUE}).")
    private long slabBytes;

    @Option(
            names = "--value-size",
            paramLabel = "BYTES[-BYTES][,...]",
            defaultValue = "100-900",
            converter = ObjectSizes.Converter.class,
            description = "Size of values where the trace has none, by key (default: ${DEFAULT-VALUE}).")
    private ObjectSizes sizes;

    @Mixin
    private StoreSettings settings;

    @Mixin
    private DeviceOptions device;

    @Mixin
    private OutputOptions output;

    /** For picocli's factory. */
    TraceCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        output.requireWritable();
        checkOptions();
        TieredCache.Limits limits = new TieredCache.Limits(capacityBytes, memoryBytes, epochBytes, (int) slabBytes);
        TraceReport report;
        try (TraceFile trace = TraceFile.open(file, format);
                BenchDevice place = device.open(DeviceShape.holding(capacityBytes))) {
            requireRoom(place);
            try (TieredCache cache = new TieredCache(place, settings, limits);
                    Progress progress = new Progress(session.terminal())) {
                long most = limit == null ? Long.MAX_VALUE : limit;
                report = new TraceBench(trace, cache, sizes, most, progress).run(file, place, limits);
            }
        }
        return output.finish(report);
    }

    private void checkOptions() {
        if (limit != null) {
            Requirements.inRange("--limit", limit, 1, Long.MAX_VALUE);
        }
        Requirements.size("--capacity", capacityBytes, LEAST_BYTES, MOST_BYTES);
        Requirements.size("--epoch-size", epochBytes, 64 << 10, 1 << 30);
        Requirements.size("--memory", memoryBytes, 4 * epochBytes, MOST_BYTES);
        if (slabBytes < 4096 || slabBytes > 65_536 || Long.bitCount(slabBytes) != 1) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--slab-size " + Figures.bytes(slabBytes) + ": must be 4, 8, 16, 32 or 64 KiB");
        }
        if (sizes.smallest() < Long.BYTES || sizes.largest() > LARGEST_VALUE) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--value-size " + sizes + ": must be " + Long.BYTES + " to " + LARGEST_VALUE + " bytes");
        }
    }

    /** Slabs die as a whole, so that some room is taken by values that are gone. */
    private void requireRoom(BenchDevice place) {
        try (ZonedDevice opened = place.open()) {
            DeviceGeometry geometry = opened.geometry();
            long writable = (long) (geometry.zoneCount() - geometry.conventionalZones()) * geometry.zoneCapacityBytes();
            if (capacityBytes > writable / 4 * 3) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "--capacity " + Figures.bytes(capacityBytes) + ": must be at most "
                                + Figures.bytes(writable / 4 * 3) + " on " + place.path()
                                + ", three quarters of what can be written to it");
            }
        }
    }
}
