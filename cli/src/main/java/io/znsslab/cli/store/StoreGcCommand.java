package io.znsslab.cli.store;

import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.device.Confirmation;
import io.znsslab.cli.device.NamedDevice;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Progress;
import io.znsslab.cli.terminal.Session;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.inspect.InspectedZone;
import io.znsslab.tier.inspect.StoreInspection;
import io.znsslab.tier.inspect.StoreOverview;
import io.znsslab.tier.report.CollectionReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code zns-slab store gc}: collects garbage now. */
@Command(
        name = "gc",
        description = {
            "Collect garbage on a device now: move the live slabs out of zones that are dead enough, and reset these"
                    + " zones and all that are dead as a whole. A running store does so by itself when space is short.",
            "Writes to the device, which no other process may have open: asks first, or wants --yes. No object and no"
                    + " handle is lost."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  zns-slab store gc /dev/nvme0n2", "  zns-slab store gc --dead 10 --yes --json ./device"})
final class StoreGcCommand implements Runnable {
    private static final int WHOLE = 100;
    private static final int MOMENT_MILLIS = 100;

    private final Session session;

    @Mixin
    private NamedDevice named;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private StoreSettings settings;

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

    /** A store, and how much garbage its device has. */
    private record Garbage(String store, StoreOverview.Shape shape, long deadSlabs, long emptyZones) {
        static Garbage on(Path path) {
            try (StoreInspection inspection = StoreInspection.open(path)) {
                StoreOverview overview = inspection.overview();
                List<InspectedZone> zones = inspection.zones();
                return new Garbage(
                        overview.store().id().toString(),
                        overview.shape(),
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
        settings.check();
        Path path = named.path();
        Garbage before = Garbage.on(path);
        confirmation.require(
                "collecting garbage on " + path + " moves slabs of the store " + before.store + ", and resets zones");
        // A store without a shape never held a slab.
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
        if (json) {
            Json.print(session.terminal().out(), report);
        } else {
            print(session.terminal().out(), report);
        }
    }

    private static void print(PrintWriter out, Report report) {
        out.println("collected    " + Figures.count(report.zonesCollected, "zone") + ", "
                + Figures.count(report.slabsMoved, "live slab") + " moved");
        out.println("dead slabs   " + Figures.count(report.deadSlabsBefore) + " before, "
                + Figures.count(report.deadSlabsAfter) + " now");
        out.println("empty zones  " + Figures.count(report.emptyZonesBefore) + " before, "
                + Figures.count(report.emptyZonesAfter) + " now");
    }

    private CollectionReport collect(Path path, StoreOverview.Shape shape) {
        ZnsTier tier = StoreAllocator.openTier(path, settings);
        try (SlabAllocator _ = StoreAllocator.over(tier, shape, settings);
                Progress progress = new Progress(session.terminal())) {
            CompletableFuture<CollectionReport> collected = tier.collect(dead);
            while (!isDoneSoon(collected)) {
                progress.report("slabs moved:", tier.statistics().collection().slabsRelocated(), 0);
            }
            return collected.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ZnsSlabException cause ? cause : e;
        }
    }

    /** Waits a moment for the end; whether it has come, in whatever way. */
    private static boolean isDoneSoon(CompletableFuture<?> future) {
        try {
            var _ = future.get(MOMENT_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException _) {
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ZnsSlabException("the collection of garbage was interrupted", e);
        }
    }
}
