package io.znsslab.cli.device;

import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Option;

/** The shape of a device that this program creates; the command supplies what the options leave out. */
public final class GeometryOptions {
    private static final long SMALLEST_ZONE = 1 << 20;

    @Option(
            names = "--zones",
            paramLabel = "COUNT",
            description = "Number of zones of the device that this call creates.")
    private Integer zones;

    @Option(
            names = "--zone-size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Size of a zone, from its start to the next zone's: a power of two, at least 1M.")
    private Long zoneBytes;

    @Option(
            names = "--zone-capacity",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Writable part of a zone, a multiple of 1M (default: 3/4 of the zone size).")
    private Long capacityBytes;

    @Option(
            names = "--conventional",
            paramLabel = "COUNT",
            description =
                    "Number of conventional zones, which come first and accept random writes (default: 0; not for "
                            + "nvme-zns).")
    private Integer conventional;

    @Option(
            names = "--max-open",
            paramLabel = "COUNT",
            description = "Maximum number of open zones; 0 for no limit (default: 8).")
    private Integer maxOpen;

    @Option(
            names = "--max-active",
            paramLabel = "COUNT",
            description =
                    "Maximum number of active zones, open or closed; 0 for no limit (default: 12, or --max-open if "
                            + "that is more).")
    private Integer maxActive;

    @Option(
            names = "--block-size",
            paramLabel = "BYTES",
            description = "Size of a block: 512, 1024, 2048 or 4096 (default: 4096; nvme-zns has 512 or 4096).")
    private Integer blockBytes;

    /** For picocli. */
    public GeometryOptions() {}

    /** The device's shape, where the given one stands in for what the user has not said. */
    public DeviceShape shape(DeviceShape otherwise) {
        long size = zoneBytes != null ? zoneBytes : otherwise.zoneBytes();
        long capacity = capacityBytes != null
                ? capacityBytes
                : zoneBytes == null ? otherwise.capacityBytes() : DeviceShape.usualCapacity(size);
        int count = zones != null ? zones : otherwise.zones();
        int front = conventional != null ? conventional : otherwise.conventional();
        // The usual limits are no limits to a device of few zones.
        int mostUsual = Math.max(1, count - front - 1);
        int open = maxOpen != null ? maxOpen : Math.min(otherwise.maxOpen(), mostUsual);
        int active = maxActive != null ? maxActive : Math.max(open, Math.min(otherwise.maxActive(), mostUsual));
        DeviceShape shape = new DeviceShape(
                count, size, capacity, front, open, active, blockBytes != null ? blockBytes : otherwise.blockBytes());
        check(shape);
        return shape;
    }

    /**
     * Refuses all of these options for a device that exists, whose shape is as it is.
     *
     * @throws CommandFailure {@link ExitCode#USAGE}, naming those that were given
     */
    public void requireNone(Path existing) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("--zones", zones);
        options.put("--zone-size", zoneBytes);
        options.put("--zone-capacity", capacityBytes);
        options.put("--conventional", conventional);
        options.put("--max-open", maxOpen);
        options.put("--max-active", maxActive);
        options.put("--block-size", blockBytes);
        options.values().removeIf(Objects::isNull);
        require(
                options.isEmpty(),
                String.join(", ", options.keySet()) + ": only for a device that this call creates, and " + existing
                        + " exists already, with a shape of its own");
    }

    /** The options that give the same shape on another command line. */
    public static List<String> arguments(DeviceShape shape) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--zones", Integer.toString(shape.zones())));
        arguments.addAll(List.of("--zone-size", Long.toString(shape.zoneBytes())));
        arguments.addAll(List.of("--zone-capacity", Long.toString(shape.capacityBytes())));
        arguments.addAll(List.of("--conventional", Integer.toString(shape.conventional())));
        arguments.addAll(List.of("--max-open", Integer.toString(shape.maxOpen())));
        arguments.addAll(List.of("--max-active", Integer.toString(shape.maxActive())));
        arguments.addAll(List.of("--block-size", Integer.toString(shape.blockBytes())));
        return arguments;
    }

    private static void check(DeviceShape shape) {
        require(shape.zones() >= 4 && shape.zones() <= 65536, "--zones " + shape.zones() + ": must be 4 to 65536");
        require(
                shape.zoneBytes() >= SMALLEST_ZONE && Long.bitCount(shape.zoneBytes()) == 1,
                "--zone-size " + shape.zoneBytes() + ": must be a power of two of at least 1M");
        require(
                shape.capacityBytes() >= SMALLEST_ZONE
                        && shape.capacityBytes() <= shape.zoneBytes()
                        && shape.capacityBytes() % SMALLEST_ZONE == 0,
                "--zone-capacity " + shape.capacityBytes() + ": must be a multiple of 1M and at most the zone size, "
                        + shape.zoneBytes());
        int sequential = shape.zones() - shape.conventional();
        require(
                shape.conventional() >= 0 && sequential >= 4,
                "--conventional " + shape.conventional() + ": must leave at least 4 of the " + shape.zones()
                        + " zones");
        require(
                shape.maxOpen() >= 0 && shape.maxOpen() < sequential,
                "--max-open " + shape.maxOpen() + ": must be 0, for no limit, to " + (sequential - 1));
        require(
                shape.maxActive() == 0 || (shape.maxActive() >= shape.maxOpen() && shape.maxActive() < sequential),
                "--max-active " + shape.maxActive() + ": must be 0, for no limit, or from --max-open, "
                        + shape.maxOpen() + ", to " + (sequential - 1));
        require(
                shape.blockBytes() >= 512 && shape.blockBytes() <= 4096 && Integer.bitCount(shape.blockBytes()) == 1,
                "--block-size " + shape.blockBytes() + ": must be 512, 1024, 2048 or 4096");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new CommandFailure(ExitCode.USAGE, rule);
        }
    }
}
