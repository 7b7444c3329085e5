package io.znsslab.cli.device;

import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.DeviceContents;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.report.ZoneContents;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab device zones}: every zone as the device reports it, and what it holds. */
@Command(
        name = "zones",
        description = {
            "Print a device's zones: as a map that fits the terminal, a table or JSON.",
            "The map shows how full each zone is and which zones hold a store's log; table and JSON have the write "
                    + "pointer and condition of each zone, and whether it holds log or data of a store."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab device zones /dev/nvme0n2",
            "  zns-slab device zones /dev/nvme0n2 --table",
            "  zns-slab device zones --json"
        })
final class DeviceZonesCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @ArgGroup(exclusive = true)
    private Form form = new Form();

    /** How to print them: one of these, or the map. */
    static final class Form {
        @SuppressWarnings("unused") // picocli acts on it
        @Option(
                names = "--map",
                description = "Print one sign for each zone, or for several of a large device (the default).")
        private boolean map;

        @Option(
                names = "--table",
                description = "Print a line for each zone: start, capacity, write pointer (in bytes), condition and "
                        + "what it holds.")
        private boolean table;

        @Option(names = "--json", description = "Print the zones as JSON.")
        private boolean json;

        /** For picocli. */
        Form() {}
    }

    /** For picocli's factory. */
    DeviceZonesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        try (ZonedDevice device = named.openToRead()) {
            PrintWriter out = session.terminal().out();
            List<ZoneDescriptor> zones = device.report();
            DeviceContents contents = DeviceContents.of(device);
            if (form.json) {
                Json.print(out, ZoneReport.of(device.name(), zones, contents));
                return;
            }
            out.println("device   " + device.name() + ", " + device.description());
            out.println("holds    " + StoreIdentity.inWords(contents) + split(contents));
            if (form.table) {
                printTable(out, zones, contents);
            } else {
                new ZoneMapView(device.geometry(), zones, zone -> holds(contents, zone, ZoneContents.Kind.LOG))
                        .print(out, session.terminal().columns());
            }
        }
    }

    private static boolean holds(DeviceContents contents, int zone, ZoneContents.Kind kind) {
        return contents.zones().get(zone).kind() == kind;
    }

    /** How many zones hold what, where there is anything to tell apart. */
    private static String split(DeviceContents contents) {
        if (contents.store().isEmpty()) {
            return "";
        }
        return ": " + Figures.count(count(contents, ZoneContents.Kind.LOG), "zone") + " of log, "
                + count(contents, ZoneContents.Kind.DATA) + " of data"
                + others(contents, ZoneContents.Kind.OTHER, "of something else")
                + others(contents, ZoneContents.Kind.UNREADABLE, "that cannot be read");
    }

    private static String others(DeviceContents contents, ZoneContents.Kind kind, String what) {
        long count = count(contents, kind);
        return count == 0 ? "" : ", " + count + " " + what;
    }

    private static long count(DeviceContents contents, ZoneContents.Kind kind) {
        return contents.zones().stream().filter(zone -> zone.kind() == kind).count();
    }

    private static void printTable(PrintWriter out, List<ZoneDescriptor> zones, DeviceContents contents) {
        out.println("zone               start        capacity     write pointer     written  condition        holds");
        for (ZoneDescriptor zone : zones) {
            out.println(String.format(
                            Locale.ROOT,
                            "%4d  %18d  %14d  %16s  %10s  %-15s  %s",
                            zone.index(),
                            zone.startBytes(),
                            zone.capacityBytes(),
                            zone.condition().isWritable() ? Long.toString(zone.writePointerBytes()) : "-",
                            Figures.bytes(Math.max(0, zone.writtenBytes())),
                            ZoneMapView.wordOf(zone.condition()),
                            ZoneReport.inWords(contents, zone.index()))
                    .stripTrailing());
        }
    }
}
