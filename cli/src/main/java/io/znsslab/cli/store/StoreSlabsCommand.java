package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.tier.inspect.Extent;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.ObjectPlace;
import io.znsslab.tier.inspect.SlabPlace;
import io.znsslab.tier.inspect.StoreInspection;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store slabs}: the slabs on a device, and the objects of one. */
@Command(
        name = "slabs",
        description = {
            "Print the live slabs on a device, or the dead ones that still take space, or one slab with the handles of"
                    + " its objects. Nothing is written."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab store slabs --epoch 12 /dev/nvme0n2",
            "  zns-slab store slabs --slab 4097 /dev/nvme0n2",
            "  zns-slab store slabs --dead --json ./device"
        })
final class StoreSlabsCommand implements Runnable {
    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(names = "--epoch", paramLabel = "EPOCH", description = "Only slabs of that epoch.")
    private Long epoch;

    @Option(names = "--zone", paramLabel = "ZONE", description = "Only slabs in that zone.")
    private Integer zone;

    @Option(names = "--slab", paramLabel = "ID", description = "Only that slab, with its live objects.")
    private Long slab;

    @Option(
            names = "--dead",
            description = "Dead slabs in zones that hold live ones, as the extents' summaries name them.")
    private boolean dead;

    @Mixin
    private ListLimit limit;

    @Option(names = "--json", description = "Print the slabs as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreSlabsCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(String device, List<Slab> slabs, long leftOut, List<ObjectReport> objects) {}

    private record Slab(
            long slab,
            long epoch,
            boolean live,
            boolean packed,
            int slotBytes,
            int baseGeneration,
            int zone,
            long offset,
            int objects) {
        static Slab of(SlabPlace place) {
            return new Slab(
                    place.slabId(),
                    place.epoch(),
                    place.isLive(),
                    place.isPacked(),
                    place.slotBytes(),
                    place.baseGeneration(),
                    place.zone(),
                    place.offsetBytes(),
                    place.objects());
        }
    }

    private record ObjectReport(String handle, int slot, long offset, long payloadOffset, int payloadBytes) {
        static ObjectReport of(ObjectPlace place) {
            return new ObjectReport(
                    HandleText.of(place.handle()),
                    place.slot(),
                    place.offsetBytes(),
                    place.payloadOffsetBytes(),
                    place.payloadBytes());
        }
    }

    /** Takes the slabs that were asked for, up to the limit. */
    private final class Listing {
        private final List<Slab> slabs = new ArrayList<>();
        private long leftOut;

        void add(SlabPlace place) {
            boolean isWanted = (epoch == null || place.epoch() == epoch) && (zone == null || place.zone() == zone);
            if (isWanted && limit.allows(slabs.size())) {
                slabs.add(Slab.of(place));
            } else if (isWanted) {
                leftOut++;
            }
        }
    }

    @Override
    public void run() {
        if (slab != null && (dead || epoch != null || zone != null)) {
            throw new CommandFailure(ExitCode.USAGE, "--slab names one slab: leave out --dead, --epoch and --zone");
        }
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
        Listing listing = new Listing();
        List<ObjectReport> objects = List.of();
        if (slab != null) {
            listing.add(NamedSlab.of(inspection, slab));
            objects = inspection.objects(slab).stream().map(ObjectReport::of).toList();
        } else if (dead) {
            for (InspectedZone of : inspection.zones()) {
                for (Extent extent : inspection.extents(of.descriptor().index())) {
                    extent.slabs().stream().filter(place -> !place.isLive()).forEach(listing::add);
                }
            }
        } else {
            inspection.slabs(listing::add);
        }
        return new Report(inspection.overview().device(), listing.slabs, listing.leftOut, objects);
    }

    private void print(PrintWriter out, Report report) {
        out.println("        slab         epoch  state  kind    slot bytes  generation  zone          offset  objects");
        for (Slab place : report.slabs) {
            out.println(String.format(
                    Locale.ROOT,
                    "%12d  %12d  %-5s  %-6s  %10d  %10d  %4d  %14d  %7d",
                    place.slab,
                    place.epoch,
                    place.live ? "live" : "dead",
                    place.packed ? "packed" : "slots",
                    place.slotBytes,
                    place.baseGeneration,
                    place.zone,
                    place.offset,
                    place.objects));
        }
        limit.printLeftOut(out, report.leftOut, "slab");
        if (slab == null) {
            out.println(Figures.count(report.slabs.size(), "slab"));
            return;
        }
        out.println();
        out.println("handle              slot          offset         payload   bytes");
        for (ObjectReport object : report.objects) {
            out.println(String.format(
                    Locale.ROOT,
                    "%s  %4d  %14d  %14d  %6d",
                    object.handle,
                    object.slot,
                    object.offset,
                    object.payloadOffset,
                    object.payloadBytes));
        }
    }
}
