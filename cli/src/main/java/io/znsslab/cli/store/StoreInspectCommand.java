package io.znsslab.cli.store;

import io.znsslab.cli.device.IoWay;
import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.LogRegion;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.StoreOverview;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store inspect}: the store as a whole. */
@Command(
        name = "inspect",
        description = {
            "Print what the store on a device is and holds: identity, log, zones, totals, losses. Nothing is written,"
                    + " and the device may be in use, or readable only.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store inspect /dev/nvme0n2", "  zns-slab store inspect ./device --json"})
final class StoreInspectCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreInspectCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(
            String device,
            String ioMethod,
            String store,
            String formattedAt,
            long openings,
            boolean inUse,
            boolean closedInOrder,
            Shape shape,
            List<Region> log,
            Zones zones,
            long epochs,
            long slabs,
            long packedSlabs,
            long objects,
            long slabIdsBelow,
            long epochsBelow,
            List<LossReport> losses) {}

    private record Shape(int slabBytes, List<Integer> slotBytes, String handles) {
        static Shape of(StoreOverview.Shape shape) {
            return shape == null
                    ? null
                    : new Shape(shape.slabBytes(), shape.slotBytes(), StoreInspectCommand.word(shape.handles()));
        }
    }

    private record Region(long number, long opening, List<Integer> zones, long writtenBytes, String state) {}

    private record Zones(long log, long data, long dead, long empty, long failed, long conventional) {
        static Zones of(List<InspectedZone> zones) {
            return new Zones(
                    count(zones, InspectedZone.Use.LOG),
                    count(zones, InspectedZone.Use.DATA),
                    count(zones, InspectedZone.Use.DEAD),
                    count(zones, InspectedZone.Use.EMPTY),
                    count(zones, InspectedZone.Use.FAILED),
                    count(zones, InspectedZone.Use.CONVENTIONAL));
        }

        private static long count(List<InspectedZone> zones, InspectedZone.Use use) {
            return zones.stream().filter(zone -> zone.use() == use).count();
        }
    }

    @Override
    public void run() {
        Report report;
        IoWay io;
        try (StoreInspection inspection = StoreInspection.open(named.path())) {
            io = IoWay.of(inspection::ioMethod);
            report = report(inspection, io);
        }
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, report);
        } else {
            print(out, report, io);
        }
    }

    private static Report report(StoreInspection inspection, IoWay io) {
        StoreOverview store = inspection.overview();
        return new Report(
                store.device(),
                io.word(),
                store.store().id().toString(),
                store.store().formattedAt().toString(),
                store.store().openings(),
                store.isInUse(),
                store.found().log().closedInOrder(),
                Shape.of(store.shape()),
                store.log().stream()
                        .map(region -> new Region(
                                region.number(),
                                region.opening(),
                                region.zones(),
                                region.writtenBytes(),
                                word(region.state())))
                        .toList(),
                Zones.of(inspection.zones()),
                store.found().epochs(),
                store.found().slabs(),
                store.packedSlabs(),
                store.found().objects(),
                store.slabIdsBelow(),
                store.epochsBelow(),
                LossReport.of(store.found().losses()));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void print(PrintWriter out, Report report, IoWay io) {
        out.println("device   " + report.device);
        out.println("I/O      " + io.words());
        out.println("store    " + report.store + ", formatted " + report.formattedAt + ", opened "
                + Figures.count(report.openings, "time"));
        out.println("state    " + state(report));
        out.println("shape    "
                + (report.shape == null
                        ? "not recorded: the store never held anything"
                        : "slabs of " + Figures.bytes(report.shape.slabBytes) + ", slots of "
                                + report.shape.slotBytes.stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", "))
                                + " bytes, " + report.shape.handles + " handles"));
        for (Region region : report.log) {
            out.println("log      region " + region.number + ", " + meaning(region.state) + ": zones "
                    + region.zones.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ", "
                    + Figures.bytes(region.writtenBytes) + ", begun by opening " + region.opening);
        }
        Zones zones = report.zones;
        out.println("zones    " + Figures.count(zones.log) + " log, " + Figures.count(zones.data) + " data, "
                + Figures.count(zones.dead) + " dead, " + Figures.count(zones.empty) + " empty, "
                + Figures.count(zones.failed) + " failed, " + Figures.count(zones.conventional) + " conventional");
        out.println("epochs   " + Figures.count(report.epochs));
        out.println("slabs    " + Figures.count(report.slabs) + ", of which " + Figures.count(report.packedSlabs)
                + " packed"
                + (report.shape == null ? "" : "; " + Figures.bytes(report.slabs * report.shape.slabBytes)));
        out.println("objects  " + Figures.count(report.objects));
        out.println("issued   slab ids below " + Figures.count(report.slabIdsBelow) + ", epochs below "
                + Figures.count(report.epochsBelow));
        if (report.losses.isEmpty()) {
            out.println("losses   none");
        }
        LossReport.print(out, report.losses);
    }

    private static String state(Report report) {
        if (report.inUse) {
            return "in use by a process; this is what was durable a moment ago";
        }
        return report.closedInOrder
                ? "closed in order"
                : "not closed in order: its process or the power ended suddenly; the next opening goes on";
    }

    private static String meaning(String state) {
        if (state.equals(word(LogRegion.State.COUNTING))) {
            return "counts";
        }
        return state.equals(word(LogRegion.State.FORMER)) ? "replaced by a later one" : "unfinished";
    }
}
