package io.znsslab.cli.emulate;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.cli.terminal.TimeSpan;
import io.znsslab.emulation.nullblk.NullBlockDevice;
import io.znsslab.emulation.nullblk.NullBlockDriver;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code zns-slab emulate list}: the null_blk devices of this kernel, whichever program made them. */
@Command(
        name = "list",
        description = "List the zoned null_blk devices of this kernel, whichever program made them.",
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab emulate list", "  zns-slab emulate list --json"})
final class EmulateListCommand implements Runnable {
    private static final String ROW = "%-16s %5s %4s %9s %9s %5s %6s %6s %8s%n";

    private final Session session;

    @Option(names = "--json", description = "Print the devices as JSON.")
    private boolean json;

    /** For picocli's factory. */
    EmulateListCommand(Session session) {
        this.session = session;
    }

    /**
     * The list for programs.
     *
     * @param devices the zoned ones
     * @param others names of null_blk devices that are not zoned, or not switched on
     */
    private record Listing(List<NullBlkReport> devices, List<String> others) {}

    @Override
    public void run() {
        NullBlkDevices all = NullBlkDevices.of(NullBlockDriver.look(), "list null_blk devices");
        List<NullBlockDevice> devices = all.zoned();
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, new Listing(devices.stream().map(NullBlkReport::of).toList(), all.others()));
            return;
        }
        if (devices.isEmpty()) {
            session.terminal().err().println("there is no zoned null_blk device: zns-slab emulate create makes one");
            return;
        }
        out.printf(ROW, "device", "zones", "conv", "zone", "capacity", "open", "active", "block", "latency");
        devices.stream().map(NullBlkReport::of).forEach(device -> print(out, device));
    }

    private static void print(PrintWriter out, NullBlkReport device) {
        out.printf(
                ROW,
                device.path(),
                device.zoneCount(),
                device.conventionalZones(),
                Figures.bytes(device.zoneBytes()),
                Figures.bytes(device.zoneCapacityBytes()),
                limit(device.maxOpenZones()),
                limit(device.maxActiveZones()),
                device.blockBytes(),
                device.latencyNanos() == 0 ? "-" : TimeSpan.text(Duration.ofNanos(device.latencyNanos())));
    }

    private static String limit(int zones) {
        return zones == 0 ? "-" : Integer.toString(zones);
    }
}
