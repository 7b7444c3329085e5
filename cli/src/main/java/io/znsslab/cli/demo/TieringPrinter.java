package io.znsslab.cli.demo;

import io.znsslab.cli.device.ZoneMapView;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.tier.device.DeviceGeometry;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Writes the report of the tiering demo for people; the device's first lines come before the run, the rest after it.
 */
final class TieringPrinter {
    private final PrintWriter out;

    TieringPrinter(PrintWriter out) {
        this.out = out;
    }

    /** The first line of all: which device, and why. */
    void announce(String chosen) {
        line("device", chosen);
        out.flush();
    }

    void printDevice(TieringReport.Device device) {
        DeviceGeometry geometry = device.geometry();
        line("", device.path() + ", " + device.kind());
        line(
                "",
                Figures.count(geometry.zoneCount(), "zone") + " of " + Figures.bytes(geometry.zoneBytes()) + ", "
                        + Figures.bytes(geometry.zoneCapacityBytes()) + " writable; blocks of "
                        + Figures.bytes(geometry.blockBytes()) + "; at most " + limit(geometry.maxOpenZones())
                        + " open, " + limit(geometry.maxActiveZones()) + " active");
    }

    void printPlan(EpochPlan plan, String objects) {
        line("work", objects + " in " + Figures.count(plan.epochs(), "epoch") + ", seed " + plan.seed());
        line(
                "",
                Figures.count(plan.hotEpochs(), "epoch")
                        + (plan.hotEpochs() == 1 ? " stays hot, " : " stay hot, ")
                        + Figures.count(plan.coldEpochs())
                        + (plan.coldEpochs() == 1 ? " goes cold, " : " go cold, ")
                        + Figures.count(plan.discardedEpochs())
                        + (plan.discardedEpochs() == 1 ? " is discarded" : " are discarded"));
        out.println();
        out.flush();
    }

    void printRun(TieringReport report) {
        TieringReport.Times times = report.times();
        line(
                "filled",
                Figures.count(report.work().issued(), "object") + ", "
                        + Figures.bytes(report.work().bytes()) + ", in " + Figures.duration(times.fill()));
        line(
                "closed",
                "in " + Figures.duration(times.close()) + ": "
                        + Figures.count(report.demoted().slabs(), "slab") + ", "
                        + Figures.bytes(report.demoted().slabBytes()) + ", now on the device");
        line(
                "checked",
                Figures.count(report.work().issued(), "handle") + " in " + Figures.duration(times.check()) + ": "
                        + (report.checks().wrong() == 0
                                ? "every answer is right"
                                : Figures.count(report.checks().wrong()) + " WRONG"));
        report.checks().complaints().forEach(complaint -> line("", complaint));
        out.println();
    }

    void printTiers(TieringReport report) {
        TieringReport.Tiers tiers = report.tiers();
        TieringReport.Work work = report.work();
        row("", "objects", "bytes", "");
        row("resident", tiers.resident().objects(), tiers.resident().bytes(), Figures.count(work.hotEpochs(), "epoch"));
        row(
                "cold",
                tiers.cold().objects(),
                tiers.cold().bytes(),
                Figures.count(work.coldEpochs(), "epoch")
                        + (report.checks().promoted() > 0 ? ", each promoted once" : ""));
        long freed = tiers.freedEarly() + tiers.freedResident() + tiers.freedCold();
        row("freed", Figures.count(freed), "", Figures.count(tiers.freedCold()) + " of them on the device");
        row("discarded", Figures.count(tiers.discarded()), "", Figures.count(work.discardedEpochs(), "epoch"));
        out.println();
    }

    void printMemoryAndWriting(TieringReport report) {
        TieringReport.Memory memory = report.memory();
        TieringReport.Writing writing = report.writing();
        line(
                "arena",
                "RSS " + Figures.bytes(memory.rssBefore()) + " before the cold epochs closed, "
                        + Figures.bytes(memory.rssAfter()) + " after");
        line(
                "device",
                Figures.count(writing.slabs(), "slab") + " = " + Figures.bytes(writing.slabBytes()) + " in "
                        + Figures.bytes(writing.writtenBytes()) + " written; host write amplification "
                        + Figures.ratio(writing.writeAmplification()));
        line(
                "",
                Figures.count(writing.zonesUsed()) + " of "
                        + Figures.count(report.zones().size(), "zone") + " used, " + Figures.count(writing.zoneResets())
                        + " reset and used again");
    }

    void printMap(ZoneMapView map, int columns) {
        map.print(out, columns);
    }

    void printChecks(TieringReport report) {
        line("blkzone", report.checks().blkzone());
        report.checks().zoneDifferences().forEach(difference -> line("", difference));
        TieringReport.InputFileResult input = report.input();
        if (input != null) {
            line("file", input.path() + ", " + Figures.count(input.bytes()) + " bytes");
            line("original", "SHA-256 " + input.sha256());
            line(
                    "rebuilt",
                    "SHA-256 " + input.rebuiltSha256()
                            + (input.sha256().equals(input.rebuiltSha256()) ? " - the same" : " - DIFFERENT"));
        }
        out.println();
        line("result", report.passed() ? "PASSED: every answer is right" : "FAILED");
        out.flush();
    }

    void line(String heading, String text) {
        out.println(String.format(Locale.ROOT, "%-8s %s", heading, text));
    }

    private void row(String heading, long objects, long bytes, String remark) {
        row(heading, Figures.count(objects), Figures.bytes(bytes), remark);
    }

    private void row(String heading, String objects, String bytes, String remark) {
        out.println(String.format(Locale.ROOT, "%-10s %14s %12s   %s", heading, objects, bytes, remark)
                .stripTrailing());
    }

    private static String limit(int zones) {
        return zones == 0 ? "any number" : Integer.toString(zones);
    }
}
