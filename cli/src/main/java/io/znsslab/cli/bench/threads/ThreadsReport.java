package io.znsslab.cli.bench.threads;

import io.znsslab.cli.bench.contestant.Absent;
import io.znsslab.cli.bench.crew.CrewFigure;
import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the benchmark of threads found.
 *
 * @param pattern the order in which objects came and went
 * @param liveObjects of each thread that lived at a time, at most
 * @param objectSize their sizes in bytes, as on the command line
 * @param seed of sizes and orders
 * @param processors that this machine has for the process
 * @param rows a figure for each contestant and number of threads
 * @param absent contestants that were not installed
 * @param comparisons of the store with itself and with the C allocators
 */
record ThreadsReport(
        String pattern,
        int liveObjects,
        String objectSize,
        long seed,
        int processors,
        List<Row> rows,
        List<Absent> absent,
        List<Comparison> comparisons)
        implements BenchResult {
    private static final List<String> HEADINGS =
            List.of("", "threads", "pairs/s", "ns/pair and thread", "scaling", "per thread");

    /**
     * One contestant with one number of threads; a pair is an allocation and a free.
     *
     * @param contestant its name
     * @param threads how many
     * @param pairsPerSecond of all threads together
     * @param nanosPerPair of a thread, their mean
     * @param threadsNanosPerPair of each thread
     * @param scaling {@code pairsPerSecond} divided by that of one thread
     */
    record Row(
            String contestant,
            int threads,
            double pairsPerSecond,
            double nanosPerPair,
            List<Double> threadsNanosPerPair,
            double scaling)
            implements CrewFigure {}

    static ThreadsReport of(ThreadsBench.Plan plan, List<Row> rows, List<Absent> absent, List<String> mallocs) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new ThreadsReport(
                plan.pattern().toString(),
                plan.live(),
                plan.sizes().toString(),
                plan.seed(),
                processors,
                List.copyOf(rows),
                absent,
                compare(rows, processors, mallocs));
    }

    /** More threads than processors take turns, which says nothing of an allocator. */
    private static List<Comparison> compare(List<Row> rows, int processors, List<String> mallocs) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Row ours : rows) {
            if (mallocs.contains(ours.contestant) || ours.threads > processors) {
                continue;
            }
            String what = ours.contestant + ", " + Figures.count(ours.threads, "thread");
            if (ours.threads > 1) {
                comparisons.add(
                        Comparison.atLeast(0.9, what + ", scaling per thread", "", ours.scaling / ours.threads));
            }
            rows.stream()
                    .filter(row -> row.threads == ours.threads && mallocs.contains(row.contestant))
                    .mapToDouble(Row::nanosPerPair)
                    .min()
                    .ifPresent(best -> comparisons.add(
                            Comparison.atMost(1, what + ", beside the fastest malloc", "ns", ours.nanosPerPair, best)));
        }
        return comparisons;
    }

    @Override
    public Page page() {
        return new Page(
                "Threads",
                "Pairs of an allocation and a free, pattern " + pattern + ", objects of " + objectSize + " bytes, on "
                        + Figures.count(processors, "processor") + ". " + GoalTable.summary(comparisons),
                List.of(
                        new Table(
                                "Figures",
                                HEADINGS,
                                rows.stream().map(row -> List.of(cells(row))).toList()),
                        GoalTable.of(comparisons)),
                List.of(
                        CrewFigure.curves(
                                "Rate of all threads", "million pairs a second", rows, row -> row.pairsPerSecond / 1e6),
                        CrewFigure.curves("Time of a pair", "ns in each thread", rows, Row::nanosPerPair)));
    }

    private static String[] cells(Row row) {
        return new String[] {
            row.contestant,
            Integer.toString(row.threads),
            Figures.count(Math.round(row.pairsPerSecond)),
            String.format(Locale.ROOT, "%.1f", row.nanosPerPair),
            String.format(Locale.ROOT, "%.2f", row.scaling),
            String.format(Locale.ROOT, "%.2f", row.scaling / row.threads)
        };
    }

    @Override
    public void print(PrintWriter out) {
        out.println("pattern " + pattern + ", " + Figures.count(liveObjects, "object") + " of " + objectSize
                + " bytes in each thread at most; " + Figures.count(processors, "processor"));
        out.println();
        TextTable table = new TextTable(HEADINGS.toArray(String[]::new));
        rows.forEach(row -> table.row(cells(row)));
        table.print(out);
        absent.forEach(one -> out.println(one.contestant() + ": " + one.reason()));
        if (!comparisons.isEmpty()) {
            out.println();
            TextTable.printGoals(out, comparisons);
        }
    }
}
