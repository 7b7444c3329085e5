package io.znsslab.cli.demo;

import io.znsslab.cli.demo.live.Activity;
import io.znsslab.cli.demo.live.EpochPlace;
import io.znsslab.cli.demo.live.Frame;
import io.znsslab.cli.demo.live.Sampler;
import io.znsslab.cli.demo.live.Timeline;
import io.znsslab.cli.device.ZoneListing;
import io.znsslab.cli.device.ZoneMapView;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Terminal;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZnsTierBuilder;
import io.znsslab.tier.ZoneMap.Entry;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.report.RecoveryReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One run of the tiering demo on one device, from an empty store to the report. */
final class TieringRun {
    private final TieringTask task;
    private final Path path;
    private final ZonedDevice device;
    private final boolean temporary;
    private final TieringPrinter printer;
    private final Terminal terminal;
    private final TieringDisplay display;
    private final Activity activity;
    private final Timeline timeline = new Timeline();

    /** The run closes {@code place}'s device, as the store's owner; {@code place} itself is its maker's to close. */
    TieringRun(TieringTask task, DemoDevice place, TieringPrinter printer, Terminal terminal, TieringDisplay display) {
        this.task = task;
        this.path = place.path();
        this.device = place.device();
        this.temporary = place.isTemporary();
        this.printer = printer;
        this.terminal = terminal;
        this.display = display;
        this.activity = new Activity(task.plan().epochs(), display);
    }

    TieringReport run() throws IOException {
        TieringReport.Device about =
                new TieringReport.Device(task.chosen(), path.toString(), device.description(), device.geometry());
        printer.printDevice(about);
        printer.printPlan(task.plan(), task.objectsInWords());
        ZnsTier tier = openTier();
        try (SlabAllocator allocator = openAllocator(tier);
                ObjectSource source = task.source()) {
            TieringReport report;
            try (Interruption _ = new Interruption(terminal, display, this::whatIsLeft)) {
                report = run(allocator, tier, source, about);
            }
            display.close();
            print(report, tier.zoneMap());
            return report;
        }
    }

    private String whatIsLeft() {
        String when = "interrupted while " + activity.phase().replaceAll("[,:].*", "") + ", after "
                + Figures.count(activity.objects(), "object") + ": ";
        long cold = activity.epochsAt(EpochPlace.COLD);
        if (temporary) {
            return when + "the demo's own device is removed, and nothing is left";
        }
        return when + path + " is left with " + Figures.count(cold, "cold epoch")
                + " of the demo, which the next demo there overwrites";
    }

    private ZnsTier openTier() {
        try {
            ZnsTierBuilder builder = task.tier(device);
            boolean overwrites = !task.force() && EarlierDemo.isOn(device);
            if (overwrites) {
                builder.force(true);
            }
            ZnsTier tier = task.settings().open(builder);
            if (overwrites) {
                printer.line("", "it held a store of an earlier demo, which this one overwrites");
            }
            refuseStore(tier);
            return tier;
        } catch (RuntimeException e) {
            device.close();
            throw e;
        }
    }

    /** The demo counts every zone and asks for every handle: it wants the device for itself. */
    private void refuseStore(ZnsTier tier) {
        RecoveryReport found = tier.recovery();
        if (found.slabs() > 0) {
            throw new DeviceException(
                    DeviceException.Problem.FOREIGN,
                    "device " + device.name() + " holds the store " + tier.deviceUuid() + " with "
                            + Figures.count(found.objects(), "object") + ", and the demo wants a device for itself: "
                            + "`zns-slab device format " + device.name() + " --store " + tier.deviceUuid()
                            + "` clears that one, and --force any");
        }
    }

    private SlabAllocator openAllocator(ZnsTier tier) {
        try {
            return task.settings().build(task.allocator().coldTier(tier));
        } catch (RuntimeException e) {
            tier.close();
            throw e;
        }
    }

    /** What the run's steps came to. */
    private record Steps(
            Filling filling,
            Checking checks,
            TieringReport.Memory memory,
            TieringReport.Writing demoted,
            TieringReport.Times times) {}

    private TieringReport run(SlabAllocator allocator, ZnsTier tier, ObjectSource source, TieringReport.Device about) {
        Steps steps;
        try (Sampler _ = new Sampler(activity, allocator, tier, this::show)) {
            steps = steps(allocator, tier, source);
        }
        return report(tier, source, about, steps);
    }

    private void show(Frame frame) {
        timeline.add(frame.moment());
        display.show(frame);
    }

    private Steps steps(SlabAllocator allocator, ZnsTier tier, ObjectSource source) {
        long start = System.nanoTime();
        Filling filling = new Filling(allocator, task.plan(), source, activity);
        filling.fill();
        long filled = System.nanoTime();
        long rssBefore = allocator.arenaUsage().rssBytes();
        long closing = System.nanoTime();
        filling.closeWhatIsNotHot();
        long closed = System.nanoTime();
        long rssAfter = allocator.arenaUsage().rssBytes();

        long checking = System.nanoTime();
        TieringReport.Writing demoted = TieringReport.Writing.of(tier.statistics());
        Checking checks = new Checking(allocator, task.plan(), source, filling, activity);
        checks.freeLate();
        checks.check();
        long checked = System.nanoTime();
        return new Steps(
                filling,
                checks,
                new TieringReport.Memory(task.memoryBytes(), rssBefore, rssAfter, SlabAllocator.processRssBytes()),
                demoted,
                new TieringReport.Times(filled - start, closed - closing, checked - checking));
    }

    private TieringReport report(ZnsTier tier, ObjectSource source, TieringReport.Device about, Steps steps) {
        ZonesSeen zones = ZonesSeen.of(device, path);
        Checking.Result result = steps.checks().result();
        TieringReport.Checks verdict = TieringReport.Checks.of(result, zones.blkzoneDifferences());
        return new TieringReport(
                verdict.passed() && source.matchesAsAWhole(),
                about,
                TieringReport.Work.of(task, steps.filling()),
                new TieringReport.Tiers(
                        result.resident(),
                        result.cold(),
                        steps.filling().freedEarly(),
                        steps.checks().lateFreesResident(),
                        steps.checks().lateFreesCold(),
                        steps.filling().discarded()),
                verdict,
                steps.memory(),
                steps.demoted(),
                TieringReport.Writing.of(tier.statistics()),
                steps.times(),
                source instanceof LinesOfFile lines ? TieringReport.InputFileResult.of(task.file(), lines) : null,
                activity.latencies().distributions(),
                timeline.moments(),
                ZoneListing.of(path.toString(), zones.zones()).zones());
    }

    private void print(TieringReport report, io.znsslab.tier.ZoneMap uses) {
        printer.printRun(report);
        printer.printTiers(report);
        printer.printMemoryAndWriting(report);
        List<ZoneDescriptor> zones =
                uses.zones().stream().map(Entry::descriptor).toList();
        ZoneMapView map = new ZoneMapView(
                device.geometry(), zones, zone -> uses.zones().get(zone).use() == ZoneUse.METADATA);
        printer.printMap(map, terminal.columns());
        printer.printChecks(report);
    }
}
