package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device zones}: every zone as the device reports it. */
@Command(name = "zones", description = "Print a device's zones as a map, a table or JSON.")
final class DeviceZonesCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(
            names = "--table",
            description = "Print a line for each zone: start, capacity, write pointer (in bytes) and condition.")
    private boolean table;

    @Option(names = "--json", description = "Print the zones as JSON.")
    private boolean json;

    /** For picocli's factory. */
    DeviceZonesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (ZonedDevice device = named.open()) {
            PrintWriter out = session.terminal().out();
            List<ZoneDescriptor> zones = device.report();
            if (json) {
                Json.print(out, ZoneListing.of(device.name(), zones));
            } else if (table) {
                printTable(out, zones);
            } else {
                out.println("device   " + device.name() + ", " + device.description());
                new ZoneMapView(device.geometry(), zones, zone -> false)
                        .print(out, session.terminal().columns());
            }
        }
    }

    private static void printTable(PrintWriter out, List<ZoneDescriptor> zones) {
        out.println("zone               start        capacity     write pointer     written  condition");
        for (ZoneDescriptor zone : zones) {
            out.println(String.format(
                    Locale.ROOT,
                    "%4d  %18d  %14d  %16d  %10s  %s",
                    zone.index(),
                    zone.startBytes(),
                    zone.capacityBytes(),
                    zone.writePointerBytes(),
                    Figures.bytes(Math.max(0, zone.writtenBytes())),
                    ZoneMapView.wordOf(zone.condition())));
        }
    }
}
