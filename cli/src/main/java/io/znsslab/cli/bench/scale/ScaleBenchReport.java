package io.znsslab.cli.bench.scale;

import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the benchmark of scale found.
 *
 * @param levels figures for each number of cold slabs
 * @param comparisons of the largest number with the goals
 */
record ScaleBenchReport(List<ScaleBench.Level> levels, List<Comparison> comparisons) implements BenchResult {
    private static final List<String> HEADINGS =
            List.of("cold slabs", "demotion", "locate", "bare load", "free", "table");

    static ScaleBenchReport of(List<ScaleBench.Level> levels) {
        ScaleBench.Level largest = levels.getLast();
        String many = Figures.count(largest.slabs()) + " cold slabs";
        return new ScaleBenchReport(
                List.copyOf(levels),
                List.of(
                        Comparison.atMost(24, "table, " + many, "bytes a slab", largest.tableBytes()),
                        Comparison.atMost(
                                3,
                                "locate, beside a bare load, " + many,
                                "ns",
                                largest.locateNanos(),
                                largest.loadNanos())));
    }

    @Override
    public void print(PrintWriter out) {
        out.println("nanoseconds per slab or operation; table: bytes per cold slab");
        out.println();
        TextTable table = new TextTable(HEADINGS.toArray(String[]::new));
        levels.forEach(level -> table.row(cells(level)));
        table.print(out);
        out.println();
        TextTable.printGoals(out, comparisons);
    }

    private static String[] cells(ScaleBench.Level level) {
        return new String[] {
            Figures.count(level.slabs()),
            decimals(0, level.demotionNanos()),
            decimals(1, level.locateNanos()),
            decimals(1, level.loadNanos()),
            decimals(0, level.freeNanos()),
            decimals(3, level.tableBytes())
        };
    }

    private static String decimals(int count, double value) {
        return String.format(Locale.ROOT, "%,." + count + "f", value);
    }

    @Override
    public Page page() {
        return new Page(
                "Many cold slabs",
                "What an operation costs as the number of cold slabs grows. " + GoalTable.summary(comparisons),
                List.of(
                        new Table(
                                "Nanoseconds for each slab or operation; bytes of the table for each slab",
                                HEADINGS,
                                levels.stream()
                                        .map(level -> List.of(cells(level)))
                                        .toList()),
                        GoalTable.of(comparisons)),
                List.of(new Plot.Lines(
                        "Time of an operation",
                        "A flat curve costs the same however many slabs are cold.",
                        new Plot.Axis("cold slabs", Plot.Scale.LOGARITHMIC),
                        new Plot.Axis("time", Plot.Scale.NANOSECONDS),
                        List.of(
                                series("demotion", ScaleBench.Level::demotionNanos),
                                series("locate", ScaleBench.Level::locateNanos),
                                series("bare load", ScaleBench.Level::loadNanos),
                                series("free", ScaleBench.Level::freeNanos)))));
    }

    private Plot.Series series(String name, ToDoubleFunction<ScaleBench.Level> figure) {
        return new Plot.Series(
                name,
                levels.stream().map(level -> (double) level.slabs()).toList(),
                levels.stream().map(figure::applyAsDouble).toList());
    }
}
