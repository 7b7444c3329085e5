package io.znsslab.cli.store;

import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.StoreOverview;
import io.znsslab.tier.report.CollectionReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store gc}: collects garbage now. */
@Command(
        name = "gc",
        description = {
            "Collect garbage on a device now: move the live slabs out of zones that are dead enough, and reset these"
                    + " zones and all that are dead as a whole. A running store does so by itself when space is short.",
            "Writes to the device, which no other process may have open."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store gc /dev/nvme0n2", "  zns-slab store gc --dead 10 --json ./device"})
final class StoreGcCommand implements Runnable {
    private static final int WHOLE = 100;

    private final Session session;

    @Mixin
    private NamedDevice named;

    @Option(
            names = "--dead",
            paramLabel = "PERCENT",
            defaultValue = "25",
            description =
                    "Least share of dead slabs in a zone that is collected, 1 to 100 (default: ${DEFAULT-VALUE}).")
    private int dead;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** For picocli's factory. */
    StoreGcCommand(Session session) {
        this.session = session;
    }

    /** The report for programs. */
    private record Report(
            String device,
            long zonesCollected,
            long slabsMoved,
            long deadSlabsBefore,
            long deadSlabsAfter,
            long emptyZonesBefore,
            long emptyZonesAfter) {}

    /** How much garbage a device has. */
    private record Garbage(StoreOverview.Shape shape, long deadSlabs, long emptyZones) {
        static Garbage on(Path path) {
            try (StoreInspection inspection = StoreInspection.open(path)) {
                List<InspectedZone> zones = inspection.zones();
                return new Garbage(
                        inspection.overview().shape(),
                        zones.stream()
                                .mapToLong(zone -> zone.writtenSlabs() - zone.liveSlabs())
                                .sum(),
                        zones.stream()
                                .filter(zone -> zone.use() == InspectedZone.Use.EMPTY)
                                .count());
            }
        }
    }

    @Override
    public void run() {
        if (dead < 1 || dead > WHOLE) {
            throw new CommandFailure(ExitCode.USAGE, "--dead " + dead + ": must be 1 to 100");
        }
        Path path = named.path();
        Garbage before = Garbage.on(path);
        CollectionReport collected = before.shape == null ? new CollectionReport(0, 0) : collect(path, before.shape);
        Garbage after = Garbage.on(path);
        Report report = new Report(
                path.toString(),
                collected.zones(),
                collected.slabsMoved(),
                before.deadSlabs,
                after.deadSlabs,
                before.emptyZones,
                after.emptyZones);
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, report);
        } else {
            out.println("collected    " + Figures.count(report.zonesCollected, "zone") + ", "
                    + Figures.count(report.slabsMoved, "live slab") + " moved");
            out.println("dead slabs   " + Figures.count(report.deadSlabsBefore) + " before, "
                    + Figures.count(report.deadSlabsAfter) + " now");
            out.println("empty zones  " + Figures.count(report.emptyZonesBefore) + " before, "
                    + Figures.count(report.emptyZonesAfter) + " now");
        }
    }

    private CollectionReport collect(Path path, StoreOverview.Shape shape) {
        ZonedDevice device = ZonedDevice.open(path);
        ZnsTier tier;
        try {
            tier = ZnsTier.builder(device).open();
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
        try (SlabAllocator allocator = StoreAllocator.over(tier, shape)) {
            CollectionReport collected = tier.collect(dead).join();
            // The moved slabs are where they are for good before their former zones are reset.
            allocator.sync().join();
            return collected;
        } catch (CompletionException e) {
            throw e.getCause() instanceof ZnsSlabException cause ? cause : e;
        }
    }
}
