package io.znsslab.cli.demo;

import io.znsslab.cli.demo.live.Latencies.Distribution;
import io.znsslab.cli.demo.live.Latencies.Point;
import io.znsslab.cli.demo.live.Latencies.Summary;
import io.znsslab.cli.demo.live.Moment;
import io.znsslab.cli.demo.live.ZoneShares;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.cli.report.Plot.Axis;
import io.znsslab.cli.report.Plot.Scale;
import io.znsslab.cli.report.Plot.Series;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the report of the tiering demo shows on a page. */
final class TieringPage {
    private static final double NANOS = 1e9;
    private static final double MEBIBYTE = 1 << 20;
    /** Rows of the heat map: one a zone, or one for several. */
    private static final int MOST_ROWS = 64;

    private static final int HEAT_COLUMNS = 60;

    private final TieringReport report;

    private TieringPage(TieringReport report) {
        this.report = report;
    }

    static Page of(TieringReport report) {
        return new TieringPage(report).page();
    }

    private Page page() {
        return new Page(
                "ZNS-Slab tiering demo: " + (report.passed() ? "passed" : "FAILED"),
                Figures.count(report.work().issued()) + " handles were issued in "
                        + Figures.count(report.work().epochs(), "epoch") + " on "
                        + report.device().chosen()
                        + ", and every one of them was looked up afterwards: "
                        + (report.passed() ? "every answer is right." : "not every answer is right."),
                List.of(run(), checks(), latencies()),
                List.of(zones(), memory(), latencyCurves(), throughput(), objects()));
    }

    private Table run() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("device", report.device().path() + ", " + report.device().kind());
        facts.put(
                "zones",
                Figures.count(report.device().geometry().zoneCount()) + " of "
                        + Figures.bytes(report.device().geometry().zoneCapacityBytes()));
        facts.put(
                "objects",
                Figures.count(report.work().issued()) + ", "
                        + Figures.bytes(report.work().bytes()) + " in all");
        facts.put(
                "epochs",
                Figures.count(report.work().hotEpochs()) + " hot, "
                        + Figures.count(report.work().coldEpochs()) + " cold, "
                        + Figures.count(report.work().discardedEpochs()) + " discarded");
        facts.put("seed", Long.toString(report.work().seed()));
        facts.put("filling", Figures.duration(report.times().fill()));
        facts.put("closing", Figures.duration(report.times().close()));
        facts.put("checking", Figures.duration(report.times().check()));
        facts.put(
                "arena RSS",
                Figures.bytes(report.memory().rssBefore()) + " before the cold epochs closed, "
                        + Figures.bytes(report.memory().rssAfter()) + " after");
        facts.put("written", Figures.bytes(report.writing().writtenBytes()) + " to the device");
        facts.put("host write amplification", Figures.ratio(report.writing().writeAmplification()));
        facts.put("zones reset", Figures.count(report.writing().zoneResets()));
        return Table.ofFacts("The run", facts);
    }

    private Table checks() {
        TieringReport.Checks checks = report.checks();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(
                "live objects in DRAM, compared byte by byte",
                report.tiers().resident().objects()));
        rows.add(row(
                "live objects on the device, compared byte by byte",
                report.tiers().cold().objects()));
        rows.add(row("of these, promoted to DRAM and sent back", checks.promoted()));
        rows.add(row("handles that must be stale: of freed objects and discarded epochs", checks.stale()));
        rows.add(row("wrong answers", checks.wrong()));
        rows.add(List.of("zones as blkzone reports them", checks.blkzone()));
        TieringReport.InputFileResult input = report.input();
        if (input != null) {
            rows.add(List.of("SHA-256 of " + input.path(), input.sha256()));
            rows.add(List.of("SHA-256 of the file put together from its handles", input.rebuiltSha256()));
        }
        checks.complaints().forEach(complaint -> rows.add(List.of("wrong", complaint)));
        checks.zoneDifferences().forEach(difference -> rows.add(List.of("zone", difference)));
        return new Table("What was checked", List.of("check", "count or answer"), rows);
    }

    private static List<String> row(String what, long count) {
        return List.of(what, Figures.count(count));
    }

    private Table latencies() {
        List<List<String>> rows = new ArrayList<>();
        for (Distribution distribution : report.latencies()) {
            Summary summary = distribution.summary();
            rows.add(List.of(
                    summary.operation(),
                    Figures.count(summary.count()),
                    micros(summary.p50()),
                    micros(summary.p99()),
                    micros(summary.p999()),
                    micros(summary.max())));
        }
        return new Table("Latencies in µs", List.of("operation", "count", "median", "99 %", "99.9 %", "longest"), rows);
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%,.1f", nanos / 1000.0);
    }

    private Plot zones() {
        List<Moment> moments = evenly();
        int zones = moments.isEmpty() ? 0 : moments.getLast().zones().length();
        int each = Math.max(1, (zones + MOST_ROWS - 1) / MOST_ROWS);
        List<String> rows = new ArrayList<>();
        for (int first = 0; first < zones; first += each) {
            rows.add(Integer.toString(first));
        }
        List<String> columns = new ArrayList<>();
        long end = report.timeline().getLast().nanos();
        for (int column = 0; column < moments.size(); column++) {
            columns.add(String.format(Locale.ROOT, "%.1f", end * column / NANOS / HEAT_COLUMNS));
        }
        return new Plot.HeatMap(
                "Zones over time",
                "How much of each zone is written, in percent" + (each > 1 ? ", of " + each + " zones a row" : "")
                        + ". Zones fill one after the other; one whose slabs are all dead is reset. Some hold the log.",
                columns,
                rows,
                moments.stream().map(moment -> shares(moment.zones(), each)).toList(),
                "seconds",
                "zone");
    }

    /** The moments of even steps of time: at each the last one that had come. */
    private List<Moment> evenly() {
        List<Moment> moments = report.timeline();
        List<Moment> evenly = new ArrayList<>();
        int index = 0;
        for (int column = 1; column <= HEAT_COLUMNS; column++) {
            long time = moments.getLast().nanos() * column / HEAT_COLUMNS;
            while (index + 1 < moments.size() && moments.get(index + 1).nanos() <= time) {
                index++;
            }
            evenly.add(moments.get(index));
        }
        return evenly;
    }

    private static List<Double> shares(String signs, int each) {
        List<Double> shares = new ArrayList<>();
        for (int first = 0; first < signs.length(); first += each) {
            shares.add(signs.substring(first, Math.min(signs.length(), first + each))
                    .chars()
                    .mapToDouble(ZoneShares::of)
                    .average()
                    .orElse(0));
        }
        return shares;
    }

    private Plot memory() {
        return new Plot.Lines(
                "Memory over time",
                "Resident memory of the arena rises as epochs are filled and falls as they go to the device or are "
                        + "discarded; promoted objects bring some of it back.",
                Axis.of("seconds"),
                Axis.of("MiB"),
                List.of(
                        series("arena, resident", moment -> moment.arenaRss() / MEBIBYTE),
                        series("arena, granted to slabs", moment -> moment.granted() / MEBIBYTE),
                        series("process, resident", moment -> moment.processRss() / MEBIBYTE)));
    }

    private Plot latencyCurves() {
        List<Series> curves = report.latencies().stream()
                .map(distribution -> new Series(
                        distribution.summary().operation(),
                        distribution.curve().stream().map(Point::percentile).toList(),
                        distribution.curve().stream()
                                .map(point -> (double) point.nanos())
                                .toList()))
                .toList();
        return new Plot.Lines(
                "Latencies",
                "Store: allocate an object and write it. Demote: close an epoch until it is durable. Read: a "
                        + "cold object, where it is. Promote: a cold object, until it is in DRAM.",
                new Axis("percentile", Scale.PERCENTILES),
                new Axis("duration", Scale.NANOSECONDS),
                curves);
    }

    private Plot throughput() {
        return new Plot.Lines(
                "Throughput of the device",
                "What was written and read, between one moment and the next.",
                Axis.of("seconds"),
                Axis.of("MiB/s"),
                List.of(
                        rates("written", moment -> moment.written() / MEBIBYTE),
                        rates("read", moment -> moment.read() / MEBIBYTE)));
    }

    private Plot objects() {
        return new Plot.Lines(
                "Objects stored",
                "Objects stored in a second, between one moment and the next.",
                Axis.of("seconds"),
                Axis.of("objects/s"),
                List.of(rates("objects", Moment::objects)));
    }

    private Series series(String name, ToDoubleFunction<Moment> value) {
        List<Moment> moments = report.timeline();
        return new Series(
                name,
                moments.stream().map(moment -> moment.nanos() / NANOS).toList(),
                moments.stream().map(value::applyAsDouble).toList());
    }

    private Series rates(String name, ToDoubleFunction<Moment> amount) {
        List<Moment> moments = report.timeline();
        List<Double> seconds = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        for (int index = 1; index < moments.size(); index++) {
            Moment before = moments.get(index - 1);
            Moment after = moments.get(index);
            double span = (after.nanos() - before.nanos()) / NANOS;
            if (span > 0) {
                seconds.add(after.nanos() / NANOS);
                rates.add((amount.applyAsDouble(after) - amount.applyAsDouble(before)) / span);
            }
        }
        return new Series(name, seconds, rates);
    }
}
