package io.znsslab.cli.bench.soak;

import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a soak has found.
 *
 * @param chosen the device and who chose it
 * @param device its kind
 * @param seed with which the same steps are taken again
 * @param threads that worked at a time
 * @param seconds that it took
 * @param counts what was done
 * @param restarts times that the store was closed and reopened
 * @param invariantChecks times that all of the allocator's tables were compared with each other
 * @param writtenBytes on the device
 * @param zoneResets zones that were erased
 * @param wrong answers that were not what they had to be
 * @param complaints the first of them, in words
 * @param samples of operations and memory
 */
record SoakReport(
        String chosen,
        String device,
        long seed,
        int threads,
        double seconds,
        SoakCounts counts,
        long restarts,
        long invariantChecks,
        long writtenBytes,
        long zoneResets,
        long wrong,
        List<String> complaints,
        List<Sample> samples)
        implements BenchResult {
    /**
     * A moment.
     *
     * @param seconds since the beginning
     * @param operations so far
     * @param arenaBytes resident memory of the arena
     * @param processBytes resident memory of the process
     * @param zonesInUse zones that hold data
     */
    record Sample(double seconds, long operations, long arenaBytes, long processBytes, int zonesInUse) {}

    /** A wrong answer fails the command whether or not goals are checked. */
    @Override
    public List<Comparison> comparisons() {
        return List.of();
    }

    @Override
    public Page page() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("device", chosen);
        facts.put("seed", Long.toString(seed));
        facts.put("operations", Figures.count(counts.total()));
        facts.put("wrong", Figures.count(wrong));
        facts.put("verified", Figures.count(counts.verified()));
        facts.put("verified after a restart", Figures.count(counts.verifiedAfterRestart()));
        facts.put("stale handles checked", Figures.count(counts.staleChecked()));
        facts.put("restarts", Figures.count(restarts));
        facts.put("checks of invariants", Figures.count(invariantChecks));
        facts.put("written", Figures.bytes(writtenBytes));
        facts.put("zones reset", Figures.count(zoneResets));
        return new Page(
                "Soak",
                Figures.duration((long) (seconds * 1e9)) + " in " + Figures.count(threads, "thread") + "; "
                        + (wrong == 0 ? "every answer was right." : wrong + " WRONG."),
                List.of(Table.ofFacts("Totals", facts)),
                List.of(
                        curves("Operations", "million", List.of(series("operations", s -> s.operations / 1e6))),
                        curves(
                                "Resident memory",
                                "MiB",
                                List.of(
                                        series("arena", s -> (double) s.arenaBytes / (1 << 20)),
                                        series("process", s -> (double) s.processBytes / (1 << 20)))),
                        curves("Zones in use", "zones", List.of(series("zones", s -> s.zonesInUse)))));
    }

    private static Plot curves(String title, String unit, List<Plot.Series> series) {
        return new Plot.Lines(
                title,
                "Over the time of the soak; the store was closed and reopened meanwhile.",
                Plot.Axis.of("seconds"),
                Plot.Axis.of(unit),
                series);
    }

    private Plot.Series series(String name, ToDoubleFunction<Sample> figure) {
        return new Plot.Series(
                name,
                samples.stream().map(Sample::seconds).toList(),
                samples.stream().map(figure::applyAsDouble).toList());
    }

    @Override
    public void print(PrintWriter out) {
        out.println(chosen);
        out.println(device);
        out.println("seed " + seed + ", " + Figures.count(threads, "thread") + ", "
                + Figures.duration((long) (seconds * 1e9)));
        out.println();
        line(out, "allocated", counts.allocated());
        line(out, "freed", counts.freed());
        line(out, "verified", counts.verified());
        line(out, "verified after a restart", counts.verifiedAfterRestart());
        line(out, "stale handles checked", counts.staleChecked());
        line(out, "epochs demoted", counts.epochsDemoted());
        line(out, "epochs discarded", counts.epochsDiscarded());
        line(out, "restarts", restarts);
        line(out, "checks of invariants", invariantChecks);
        line(out, "zones reset", zoneResets);
        out.printf("%-26s %15s%n", "written", Figures.bytes(writtenBytes));
        out.println();
        complaints.forEach(out::println);
        out.println("operations " + Figures.count(counts.total()) + ", wrong " + Figures.count(wrong));
    }

    private static void line(PrintWriter out, String what, long count) {
        out.printf("%-26s %15s%n", what, Figures.count(count));
    }
}
