package io.znsslab.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An example of a help text on its way to a run that harms nothing and takes a moment.
 *
 * <p>A zoned block device, which few machines have, is replaced by a device file, {@code ./device}; what that holds is
 * what the example is about. Handles, slabs, epochs and the UUID of a store are those of the sample store. Where a
 * command asks, the answer is yes. Benchmarks and demos do as little work as they can. Programs on other machines are
 * run on this one.
 */
final class HelpExample {
    /** What {@code ./device} has to be. */
    enum Device {
        /** Holds the sample store. */
        STORE,
        /** Holds nothing. */
        EMPTY,
        /** Holds bytes that are no store's. */
        BYTES
    }

    /** The parts of an example that depend on the store. */
    record Names(String store, long handle, String slab, long oneEpoch, long anotherEpoch) {}

    /** Examples that are parsed only, with all their options, by how they begin; and why. */
    static final Map<String, String> PARSED = Map.of(
            "zns-slab emulate null_blk",
            "boots a micro-VM: EmulateStreamsGuestIT, EmulateDeviceIT and ZoneReportGuestIT do so",
            "zns-slab emulate nvme-zns",
            "boots a micro-VM: EmulateStreamsGuestIT, EmulateDeviceIT and ZoneReportGuestIT do so",
            "zns-slab emulate create",
            "makes devices of this kernel, for which that has to have null_blk: EmulateDeviceIT does so in a guest",
            "zns-slab emulate remove",
            "removes devices of this kernel: EmulateDeviceIT does so in a guest",
            "zns-slab jmh",
            "builds the benchmarks, which takes a minute: LauncherIT runs their help",
            "zns-slab bench tier",
            "measures fio as well, which takes a minute at least");

    private static final List<String> ON_AN_EMPTY_DEVICE = List.of(
            "device write",
            "device open",
            "device close",
            "device finish",
            "device reset",
            "store import",
            "demo tiering",
            "bench memory",
            "bench soak",
            "bench trace");

    private static final List<String> ASKING = List.of(
            "store gc", "store scrub", "device format", "device reset", "device finish", "device open", "device close");

    private static final Map<String, List<String>> LITTLE_WORK = Map.of(
            "demo tiering", List.of("--objects 1000", "--epochs 8"),
            "bench churn", List.of("--cycles 60000", "--live 20000"),
            "bench latency", List.of("--live 50", "--warm-up 5ms", "--time 20ms"),
            "bench memory", List.of("--memory-limit 32MiB", "--time 300ms"),
            "bench requests", List.of("--objects 5", "--threads 2", "--warm-up 5ms", "--time 40ms"),
            "bench scale", List.of("--slabs 10000"),
            "bench soak", List.of("--time 300ms", "--restart-every 100ms", "--memory 16M", "--threads 2"),
            "bench threads", List.of("--live 50", "--threads 2", "--warm-up 5ms", "--time 20ms"),
            "bench trace", List.of("--capacity 16M", "--memory 2M", "--epoch-size 256K"));

    private final String line;

    HelpExample(String line) {
        this.line = line;
    }

    /** Why it is not run; empty for one that is. */
    Optional<String> reasonToParseOnly() {
        return PARSED.entrySet().stream()
                .filter(entry -> line.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    Device device() {
        if (calls("device read")) {
            return Device.BYTES;
        }
        return ON_AN_EMPTY_DEVICE.stream().anyMatch(this::calls) ? Device.EMPTY : Device.STORE;
    }

    private boolean calls(String command) {
        return line.contains("zns-slab " + command + " ") || line.endsWith("zns-slab " + command);
    }

    /** Whether a missed goal is no failure, since with so little work it says nothing. */
    boolean mayMissAGoal() {
        return line.contains("--check");
    }

    /** The line to give to a shell in the prepared folder. */
    String toRun(Names names) {
        String run = line.replaceAll(" +#.*", "")
                .replace("/dev/nvme0n2", "./device")
                .replace("/dev/nvme1n2", "./device")
                .replaceAll("--device (null_blk|nvme-zns|file)\\b", "--device ./device")
                .replace("/var/tmp", "./temporary")
                .replace("123e4567-e89b-42d3-a456-426614174000", names.store())
                .replace("0x400803002", "0x%016x".formatted(names.handle()))
                .replace("17188270082", Long.toUnsignedString(names.handle()))
                .replace("--slab 4097", "--slab " + names.slab())
                .replace("--epoch 12", "--epoch " + names.oneEpoch())
                .replace("--epoch 13", "--epoch " + names.anotherEpoch());
        for (Map.Entry<String, List<String>> command : LITTLE_WORK.entrySet()) {
            if (calls(command.getKey())) {
                run = withOptions(run, command.getKey(), command.getValue());
            }
        }
        boolean asks = ASKING.stream().anyMatch(this::calls);
        return asks && !run.contains("--yes") ? run + " --yes" : run;
    }

    private static String withOptions(String line, String command, List<String> options) {
        String run = line;
        for (String option : options) {
            String name = option.split(" ", -1)[0];
            run = run.contains(name + " ")
                    ? run.replaceAll(name + " \\S+", option)
                    : run.replaceFirst("zns-slab " + command, "$0 " + option);
        }
        return run;
    }
}
