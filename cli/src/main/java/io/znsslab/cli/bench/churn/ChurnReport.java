package io.znsslab.cli.bench.churn;

import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What the benchmark of churn found.
 *
 * @param cycles objects replaced
 * @param liveObjects that lived at a time
 * @param objectSize their sizes in bytes, as on the command line
 * @param seed of sizes and places
 * @param nanosPerCycle for reading, freeing, allocating and writing an object
 * @param closeNanos for closing the epoch
 * @param arenaPeakBytes the most resident memory that the arena had
 * @param arenaAfterBytes its resident memory once the epoch was closed
 * @param reclamationRatio {@code arenaPeakBytes / arenaAfterBytes}, where an empty arena counts as one page
 * @param arenaGrowth of resident memory from a tenth of the cycles to the end: last divided by first
 * @param process resident memory of the whole process
 * @param samples of memory while objects were replaced
 * @param comparisons with the goals
 */
record ChurnReport(
        long cycles,
        int liveObjects,
        String objectSize,
        long seed,
        double nanosPerCycle,
        long closeNanos,
        long arenaPeakBytes,
        long arenaAfterBytes,
        double reclamationRatio,
        double arenaGrowth,
        ProcessMemory process,
        List<Sample> samples,
        List<Comparison> comparisons)
        implements BenchResult {
    private static final long PAGE_BYTES = 4096;

    /**
     * Resident memory of the whole process: the Java machine with its heap, and the arena.
     *
     * @param beforeBytes before the first object
     * @param peakBytes the most of the samples
     * @param afterBytes once the epoch was closed
     */
    record ProcessMemory(long beforeBytes, long peakBytes, long afterBytes) {}

    /**
     * Memory at one moment.
     *
     * @param cycles objects replaced so far
     * @param arenaBytes resident memory of the arena
     * @param processBytes resident memory of the process
     */
    record Sample(long cycles, long arenaBytes, long processBytes) {}

    static ChurnReport of(
            ChurnBench.Plan plan,
            long nanos,
            long closeNanos,
            ProcessMemory process,
            long after,
            List<Sample> samples) {
        long peak = samples.stream().mapToLong(Sample::arenaBytes).max().orElseThrow();
        double ratio = (double) peak / Math.max(PAGE_BYTES, after);
        double growth = (double) samples.getLast().arenaBytes()
                / Math.max(1, samples.get(samples.size() / 10).arenaBytes());
        return new ChurnReport(
                plan.cycles(),
                plan.live(),
                plan.sizes().toString(),
                plan.seed(),
                (double) nanos / plan.cycles(),
                closeNanos,
                peak,
                after,
                ratio,
                growth,
                process,
                List.copyOf(samples),
                List.of(
                        Comparison.atLeast(39, "reclamation ratio: RSS at its peak / after the close", "", ratio),
                        Comparison.atMost(1.05, "RSS at the end / after a tenth of the cycles", "", growth)));
    }

    @Override
    public Page page() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("time of a cycle", String.format(Locale.ROOT, "%.1f ns", nanosPerCycle));
        facts.put("time to close the epoch", String.format(Locale.ROOT, "%.1f ms", closeNanos / 1e6));
        facts.put("arena, peak", Figures.bytes(arenaPeakBytes));
        facts.put("arena, after the close", Figures.bytes(arenaAfterBytes));
        facts.put("reclamation ratio", TextTable.number(reclamationRatio));
        facts.put("process before", Figures.bytes(process.beforeBytes));
        facts.put("process, peak", Figures.bytes(process.peakBytes));
        facts.put("process after the close", Figures.bytes(process.afterBytes));
        return new Page(
                "Churn",
                Figures.count(cycles, "cycle") + " on " + Figures.count(liveObjects, "live object") + " of "
                        + objectSize + " bytes. " + GoalTable.summary(comparisons),
                List.of(Table.ofFacts("Figures", facts), GoalTable.of(comparisons)),
                List.of(
                        new Plot.Lines(
                                "Resident memory while objects are replaced",
                                "A curve that rises would be memory lost to fragmentation.",
                                Plot.Axis.of("cycles, million"),
                                Plot.Axis.of("RSS, MiB"),
                                List.of(series("arena", Sample::arenaBytes), series("process", Sample::processBytes))),
                        new Plot.Bars(
                                "Resident memory and the close of the epoch",
                                "What was there at its peak, and what is left.",
                                List.of("arena", "process"),
                                Plot.Axis.of("RSS, MiB"),
                                List.of(
                                        new Plot.Heights(
                                                "peak",
                                                List.of(mebibytes(arenaPeakBytes), mebibytes(process.peakBytes))),
                                        new Plot.Heights(
                                                "after the close",
                                                List.of(mebibytes(arenaAfterBytes), mebibytes(process.afterBytes)))))));
    }

    private Plot.Series series(String name, ToLongFunction<Sample> bytes) {
        return new Plot.Series(
                name,
                samples.stream().map(sample -> sample.cycles / 1e6).toList(),
                samples.stream()
                        .map(sample -> mebibytes(bytes.applyAsLong(sample)))
                        .toList());
    }

    private static double mebibytes(long bytes) {
        return (double) bytes / (1 << 20);
    }

    @Override
    public void print(PrintWriter out) {
        out.println(Figures.count(cycles, "cycle") + " on " + Figures.count(liveObjects, "live object") + " of "
                + objectSize + " bytes, " + String.format(Locale.ROOT, "%.1f", nanosPerCycle)
                + " ns each; every object read was right");
        out.println();
        TextTable table = new TextTable("RSS", "before", "after 10 %", "at the end", "peak", "after the close");
        Sample tenth = samples.get(samples.size() / 10);
        table.row(
                "arena",
                Figures.bytes(0),
                Figures.bytes(tenth.arenaBytes()),
                Figures.bytes(samples.getLast().arenaBytes()),
                Figures.bytes(arenaPeakBytes),
                Figures.bytes(arenaAfterBytes));
        table.row(
                "process",
                Figures.bytes(process.beforeBytes()),
                Figures.bytes(tenth.processBytes()),
                Figures.bytes(samples.getLast().processBytes()),
                Figures.bytes(process.peakBytes()),
                Figures.bytes(process.afterBytes()));
        table.print(out);
        out.println();
        out.println("epoch closed in " + String.format(Locale.ROOT, "%.1f ms", closeNanos / 1e6)
                + "; reclamation ratio " + TextTable.number(reclamationRatio)
                + (arenaAfterBytes == 0 ? " (nothing is left, which counts as one page)" : ""));
        out.println();
        TextTable.printGoals(out, comparisons);
    }
}
