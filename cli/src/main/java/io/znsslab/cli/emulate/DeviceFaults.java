package io.znsslab.cli.emulate;

import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How slow an emulated device is, and what is broken about it.
 *
 * @param latency time that each request takes; zero for as fast as it goes
 * @param badBlocks bytes whose reads and writes fail
 * @param readOnlyZones numbers of the zones that are read-only
 * @param offlineZones numbers of the zones that are offline
 */
record DeviceFaults(
        Duration latency, List<ByteRange> badBlocks, List<Integer> readOnlyZones, List<Integer> offlineZones) {
    /** A device that is well. */
    static final DeviceFaults NONE = new DeviceFaults(Duration.ZERO, List.of(), List.of(), List.of());

    DeviceFaults {
        badBlocks = List.copyOf(badBlocks);
        readOnlyZones = List.copyOf(readOnlyZones);
        offlineZones = List.copyOf(offlineZones);
    }

    /** The options that give the same faults on another command line. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (!latency.isZero()) {
            arguments.addAll(List.of("--latency", TimeSpan.text(latency)));
        }
        badBlocks.forEach(range -> arguments.addAll(List.of("--bad-blocks", range.toString())));
        readOnlyZones.forEach(zone -> arguments.addAll(List.of("--read-only-zone", Integer.toString(zone))));
        offlineZones.forEach(zone -> arguments.addAll(List.of("--offline-zone", Integer.toString(zone))));
        return arguments;
    }
}
