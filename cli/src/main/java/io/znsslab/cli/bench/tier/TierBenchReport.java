package io.znsslab.cli.bench.tier;

import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.tier.TierStatistics;
import java.io.PrintWriter;
import java.util.List;

/**
 * What the benchmark of the tier found.
 *
 * @param chosen the device and who chose it
 * @param device its kind
 * @param fio its version
 * @param comparisons every figure with its goal
 * @param statistics of the tier that demoted and was read from
 */
record TierBenchReport(
        String chosen, String device, String fio, List<Comparison> comparisons, TierStatistics statistics)
        implements BenchResult {
    @Override
    public Page page() {
        List<Comparison> beside = comparisons.stream()
                .filter(comparison -> comparison.reference() != 0)
                .toList();
        return new Page(
                "The cold tier beside fio",
                chosen + ", " + device + "; " + fio + ". " + GoalTable.summary(comparisons),
                List.of(GoalTable.of(comparisons)),
                List.of(new Plot.Bars(
                        "The store's figures, as a share of the reference's",
                        "Of rates more is better, of CPU time and latencies less; the table has the goals.",
                        beside.stream().map(Comparison::what).toList(),
                        Plot.Axis.of("ratio"),
                        List.of(new Plot.Heights(
                                "store / reference",
                                beside.stream().map(Comparison::ratio).toList())))));
    }

    @Override
    public void print(PrintWriter out) {
        out.println(chosen);
        out.println(device);
        out.println(fio
                + " (io_uring, direct, registered buffers and files) for comparison; medians of alternating rounds");
        out.println();
        TextTable.printGoals(out, comparisons);
    }
}
