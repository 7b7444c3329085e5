package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.inspect.Extent;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.SlabPlace;
import io.znsslab.tier.inspect.StoreInspection;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store extents}: what demotions wrote, zone by zone. */
@Command(
        name = "extents",
        description = {
            "Print the extents of the zones that hold live slabs: runs of slabs that were written together, with the"
                    + " summary at their end, and how many of the slabs are live or dead by now. Nothing is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store extents /dev/nvme0n2", "  zns-slab store extents --zone 5 --json ./device"})
final class StoreExtentsCommand implements Runnable {
    private static final int MOST_EPOCHS_SHOWN = 4;

    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Only the extents of that zone.")
    private Integer zone;

    @Mixin
    private ListLimit limit;

    @Option(names = "--json", description = "Print the extents as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreExtentsCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(String device, List<ExtentReport> extents, long leftOut) {}

    private record ExtentReport(
            int zone,
            long offset,
            long summaryOffset,
            long sequence,
            int slabs,
            int liveSlabs,
            int deadSlabs,
            long objects,
            List<Long> epochs,
            String damage) {
        static ExtentReport of(Extent extent) {
            return new ExtentReport(
                    extent.zone(),
                    extent.offsetBytes(),
                    extent.summaryOffsetBytes(),
                    extent.sequence(),
                    extent.slabs().size(),
                    extent.liveSlabs(),
                    extent.slabs().size() - extent.liveSlabs(),
                    extent.slabs().stream().mapToLong(SlabPlace::objects).sum(),
                    extent.slabs().stream()
                            .filter(SlabPlace::isLive)
                            .map(SlabPlace::epoch)
                            .distinct()
                            .sorted()
                            .toList(),
                    extent.damage());
        }
    }

    @Override
    public void run() {
        Report report;
        try (StoreInspection inspection = StoreInspection.open(named.path())) {
            report = report(inspection);
        }
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, report);
        } else {
            print(out, report);
        }
    }

    private Report report(StoreInspection inspection) {
        List<ExtentReport> extents = new ArrayList<>();
        long leftOut = 0;
        for (int of : zones(inspection)) {
            for (Extent extent : inspection.extents(of)) {
                if (limit.allows(extents.size())) {
                    extents.add(ExtentReport.of(extent));
                } else {
                    leftOut++;
                }
            }
        }
        return new Report(inspection.overview().device(), extents, leftOut);
    }

    private List<Integer> zones(StoreInspection inspection) {
        return zone != null
                ? List.of(zone)
                : inspection.zones().stream()
                        .filter(contents -> contents.use() == InspectedZone.Use.DATA)
                        .map(contents -> contents.descriptor().index())
                        .toList();
    }

    private void print(PrintWriter out, Report report) {
        out.println("zone          offset         summary    slabs     live     dead    objects  epochs");
        for (ExtentReport extent : report.extents) {
            out.println(String.format(
                            Locale.ROOT,
                            "%4d  %14d  %14d  %7d  %7d  %7d  %9d  %s",
                            extent.zone,
                            extent.offset,
                            extent.summaryOffset,
                            extent.slabs,
                            extent.liveSlabs,
                            extent.deadSlabs,
                            extent.objects,
                            extent.damage == null ? epochs(extent.epochs) : "summary damaged: " + extent.damage)
                    .stripTrailing());
        }
        limit.printLeftOut(out, report.leftOut, "extent");
        out.println(Figures.count(report.extents.size(), "extent"));
    }

    private static String epochs(List<Long> epochs) {
        String first =
                epochs.stream().limit(MOST_EPOCHS_SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        int more = epochs.size() - MOST_EPOCHS_SHOWN;
        return more > 0 ? first + " and " + more + " more" : first;
    }
}
