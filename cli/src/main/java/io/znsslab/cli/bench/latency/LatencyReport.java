package io.znsslab.cli.bench.latency;

import io.znsslab.cli.bench.contestant.Absent;
import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.Distribution;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the benchmark of latencies found.
 *
 * @param pattern the order in which objects came and went
 * @param liveObjects that lived at a time, at most
 * @param objectSize their sizes in bytes, as on the command line
 * @param seed of sizes and orders
 * @param contestants what each took
 * @param absent those that were not installed
 * @param comparisons with the C allocators, where one was measured
 */
record LatencyReport(
        String pattern,
        int liveObjects,
        String objectSize,
        long seed,
        List<Row> contestants,
        List<Absent> absent,
        List<Comparison> comparisons)
        implements BenchResult {
    /**
     * What one took.
     *
     * @param contestant its name
     * @param clock for nothing but reading the clock twice, in the same loop
     * @param allocate for an allocation, the reading of the clock included
     * @param free for a free, the reading of the clock included
     */
    record Row(String contestant, Distribution clock, Distribution allocate, Distribution free) {}

    static LatencyReport of(LatencyPlan plan, List<Row> rows, List<Absent> absent, List<String> mallocs) {
        return new LatencyReport(
                plan.pattern().toString(),
                plan.live(),
                plan.sizes().toString(),
                plan.seed(),
                List.copyOf(rows),
                absent,
                compare(rows, mallocs));
    }

    /** The store's tail is compared with the best one of the C allocators. */
    private static List<Comparison> compare(List<Row> rows, List<String> mallocs) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Row row : rows) {
            if (!mallocs.contains(row.contestant)) {
                compare(row, rows, mallocs, "allocate", Row::allocate).ifPresent(comparisons::add);
                compare(row, rows, mallocs, "free", Row::free).ifPresent(comparisons::add);
            }
        }
        return comparisons;
    }

    private static Optional<Comparison> compare(
            Row ours, List<Row> rows, List<String> mallocs, String operation, Function<Row, Distribution> times) {
        return rows.stream()
                .filter(row -> mallocs.contains(row.contestant))
                .map(row -> times.apply(row).p999Nanos())
                .min(Long::compare)
                .map(best -> Comparison.atMost(
                        1.2,
                        ours.contestant + ", " + operation + ", p99.9, beside the best malloc's",
                        "ns",
                        (double) times.apply(ours).p999Nanos(),
                        (double) best));
    }

    @Override
    public void print(PrintWriter out) {
        out.println("pattern " + pattern + ", " + Figures.count(liveObjects, "object") + " of " + objectSize
                + " bytes at most; nanoseconds, each with one reading of the clock in it");
        out.println();
        TextTable table = new TextTable("", "", "median", "p99", "p99.9", "max", "p99.9/median");
        for (Row row : contestants) {
            table.row(cells(row.contestant, "clock alone", row.clock));
            table.row(cells("", "allocate", row.allocate));
            table.row(cells("", "free", row.free));
        }
        table.print(out);
        absent.forEach(one -> out.println(one.contestant() + ": " + one.reason()));
        if (!comparisons.isEmpty()) {
            out.println();
            TextTable.printGoals(out, comparisons);
        }
    }

    @Override
    public Page page() {
        return new Page(
                "Latency of single operations",
                "Pattern " + pattern + ", " + Figures.count(liveObjects, "object") + " of " + objectSize
                        + " bytes at most. " + GoalTable.summary(comparisons),
                List.of(
                        new Table(
                                "Nanoseconds",
                                List.of("", "operation", "median", "p99", "p99.9", "max", "p99.9/median"),
                                contestants.stream()
                                        .flatMap(row -> Stream.of(
                                                cells(row.contestant, "clock alone", row.clock),
                                                cells(row.contestant, "allocate", row.allocate),
                                                cells(row.contestant, "free", row.free)))
                                        .map(cells -> List.of(cells))
                                        .toList()),
                        GoalTable.of(comparisons)),
                List.of(
                        curves("Allocations", Row::allocate),
                        curves("Frees", Row::free),
                        curves("The clock alone", Row::clock)));
    }

    private Plot curves(String title, Function<Row, Distribution> times) {
        return Distribution.plot(
                title,
                "Each curve says how long how many of the operations took at most, the reading of the clock included.",
                contestants.stream()
                        .map(row -> times.apply(row).series(row.contestant))
                        .toList());
    }

    private static String[] cells(String contestant, String operation, Distribution times) {
        return new String[] {
            contestant,
            operation,
            Figures.count(times.medianNanos()),
            Figures.count(times.p99Nanos()),
            Figures.count(times.p999Nanos()),
            Figures.count(times.maxNanos()),
            Figures.ratio(times.tailRatio())
        };
    }
}
