package io.znsslab.cli.emulate;

import io.znsslab.cli.device.DeviceShape;
import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.TimeSpan;
import io.znsslab.emulation.microvm.NvmeNamespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How slow a device that this program makes is, and what is broken about it. */
final class FaultOptions {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "Time that each request takes, such as 80us (default: as fast as it goes; null_blk only).")
    private Duration latency;

    @Option(
            names = "--bad-blocks",
            paramLabel = "OFFSET+LENGTH",
            converter = RangeConverter.class,
            description = "Bytes whose reads and writes fail, such as 8M+4k: whole blocks; may be repeated.")
    private List<ByteRange> badBlocks = List.of();

    @Option(
            names = "--read-only-zone",
            paramLabel = "ZONE",
            description = "Number of a sequential zone that is read-only; may be repeated (null_blk only).")
    private List<Integer> readOnlyZones = List.of();

    @Option(
            names = "--offline-zone",
            paramLabel = "ZONE",
            description = "Number of a sequential zone that is offline; may be repeated (null_blk only).")
    private List<Integer> offlineZones = List.of();

    /** For picocli. */
    FaultOptions() {}

    /**
     * The faults of a device of that kind and shape.
     *
     * @throws CommandFailure where such a device can't have them, naming the option
     */
    DeviceFaults of(EmulatedDevice kind, DeviceShape shape) {
        if (kind == EmulatedDevice.NVME_ZNS) {
            requireForNullBlk(latency == null, "--latency");
            requireForNullBlk(readOnlyZones.isEmpty(), "--read-only-zone");
            requireForNullBlk(offlineZones.isEmpty(), "--offline-zone");
        }
        Duration time = latency == null ? Duration.ZERO : latency;
        require(
                !time.isNegative() && time.compareTo(LONGEST) <= 0,
                "--latency " + TimeSpan.text(time) + ": must be at most " + TimeSpan.text(LONGEST));
        for (ByteRange range : badBlocks) {
            require(
                    range.offset() % shape.blockBytes() == 0
                            && range.length() % shape.blockBytes() == 0
                            && range.length() > 0
                            && range.length() <= shape.sizeBytes() - range.offset(),
                    "--bad-blocks " + range + ": must be whole blocks of " + shape.blockBytes()
                            + " bytes within the device's " + shape.sizeBytes());
        }
        long blocks = badBlocks.stream().mapToLong(ByteRange::length).sum() / shape.blockBytes();
        require(
                kind != EmulatedDevice.NVME_ZNS || blocks <= NvmeNamespace.MOST_BAD_BLOCKS,
                "--bad-blocks: QEMU's NVMe device takes at most " + NvmeNamespace.MOST_BAD_BLOCKS + " blocks, not "
                        + blocks);
        requireSequential(readOnlyZones, "--read-only-zone", shape);
        requireSequential(offlineZones, "--offline-zone", shape);
        List<Integer> both = new ArrayList<>(readOnlyZones);
        both.retainAll(offlineZones);
        require(both.isEmpty(), "zone " + both + " cannot be both --read-only-zone and --offline-zone");
        return new DeviceFaults(
                time,
                badBlocks,
                readOnlyZones.stream().distinct().toList(),
                offlineZones.stream().distinct().toList());
    }

    private static void requireForNullBlk(boolean holds, String option) {
        require(holds, option + ": QEMU's NVMe device has nothing of the kind; null_blk has");
    }

    private static void requireSequential(List<Integer> zones, String option, DeviceShape shape) {
        for (int zone : zones) {
            require(
                    zone >= shape.conventional() && zone < shape.zones(),
                    option + " " + zone + ": must be a sequential zone, " + shape.conventional() + " to "
                            + (shape.zones() - 1));
        }
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CommandFailure(ExitCode.USAGE, rule);
        }
    }

    /** Reads {@code 8M+4k}. */
    static final class RangeConverter implements ITypeConverter<ByteRange> {
        private static final ByteSize SIZE = new ByteSize();

        /** For picocli. */
        RangeConverter() {}

        @Override
        public ByteRange convert(String text) {
            String[] parts = text.split("\\+", -1);
            if (parts.length != 2) {
                throw new TypeConversionException("'" + text + "' is not OFFSET+LENGTH, such as 8M+4k");
            }
            return new ByteRange(SIZE.convert(parts[0]), SIZE.convert(parts[1]));
        }
    }
}
