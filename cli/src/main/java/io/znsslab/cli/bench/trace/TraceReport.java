package io.znsslab.cli.bench.trace;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the replay of a trace found.
 *
 * @param setting what was replayed on what
 * @param outcome what became of the accesses
 * @param hitRatio share of accesses that were answered
 * @param dramHitRatio share of accesses that were answered from DRAM
 * @param policyHitRatio share of accesses whose value the policy had kept, those included that were gone with an epoch
 * @param writtenPerInsertedByte bytes written to the device for each byte of value put in
 * @param latencies of the accesses
 * @param peakArenaBytes the most resident memory of the arena
 * @param peakProcessBytes the most resident memory of the process
 * @param samples of the hit ratio and of memory
 * @param comparisons with the goals
 */
record TraceReport(
        @JsonUnwrapped Setting setting,
        @JsonUnwrapped Outcome outcome,
        double hitRatio,
        double dramHitRatio,
        double policyHitRatio,
        double writtenPerInsertedByte,
        Latencies latencies,
        long peakArenaBytes,
        long peakProcessBytes,
        List<Sample> samples,
        List<Comparison> comparisons)
        implements BenchResult {
    /**
     * What was replayed on what.
     *
     * @param trace the file, or a hyphen
     * @param format of the trace
     * @param device and who chose it
     * @param capacityBytes of the values of both tiers, with their headers
     * @param memoryBytes of DRAM for values
     * @param epochBytes of the values of an epoch
     * @param slabBytes of a slab
     * @param valueSize sizes of values where the trace has none, as on the command line
     */
    record Setting(
            String trace,
            String format,
            String device,
            long capacityBytes,
            long memoryBytes,
            long epochBytes,
            int slabBytes,
            String valueSize) {}

    /**
     * What became of the accesses.
     *
     * @param accesses replayed
     * @param seconds that it took
     * @param dramHits answered from DRAM
     * @param coldHits answered from the device
     * @param misses inserted
     * @param droppedValues that the policy had kept, and that were gone with an epoch when they were asked for
     * @param keptValues values in the cache at the end
     * @param clippedValues that were larger than a slab holds, and were stored in part
     * @param insertedBytes of values
     * @param writtenBytes on the device, for whatever purpose
     */
    record Outcome(
            long accesses,
            double seconds,
            long dramHits,
            long coldHits,
            long misses,
            long droppedValues,
            long keptValues,
            long clippedValues,
            long insertedBytes,
            long writtenBytes) {}

    /**
     * Latencies.
     *
     * @param access of all accesses, insertion included
     * @param dramHit of those answered from DRAM
     * @param coldHit of those answered from the device
     * @param insert of insertions alone
     */
    record Latencies(Distribution access, Distribution dramHit, Distribution coldHit, Distribution insert) {}

    /**
     * A moment.
     *
     * @param accesses so far
     * @param hitRatio so far
     * @param arenaBytes resident memory of the arena
     * @param processBytes resident memory of the process
     * @param writtenBytes on the device so far
     */
    record Sample(long accesses, double hitRatio, long arenaBytes, long processBytes, long writtenBytes) {}

    static TraceReport of(
            Setting setting,
            Outcome outcome,
            long policyHits,
            Latencies latencies,
            long peakArenaBytes,
            long peakProcessBytes,
            List<Sample> samples) {
        double accesses = Math.max(1, outcome.accesses);
        double hits = (outcome.dramHits + outcome.coldHits) / accesses;
        double policy = policyHits / accesses;
        double written = (double) outcome.writtenBytes / Math.max(1, outcome.insertedBytes);
        return new TraceReport(
                setting,
                outcome,
                hits,
                outcome.dramHits / accesses,
                policy,
                written,
                latencies,
                peakArenaBytes,
                peakProcessBytes,
                List.copyOf(samples),
                List.of(
                        Comparison.atLeast(
                                0.95,
                                "hit ratio, beside what the policy had kept",
                                "",
                                hits,
                                Math.max(policy, Double.MIN_NORMAL)),
                        Comparison.atMost(1.5, "bytes written for each byte inserted", "", written)));
    }

    @Override
    public Page page() {
        return new Page(
                "Trace " + setting.trace,
                Figures.count(outcome.accesses) + " accesses" + " of the format " + setting.format + " on "
                        + setting.device + ". " + GoalTable.summary(comparisons),
                List.of(Table.ofFacts("Figures", facts()), GoalTable.of(comparisons)),
                List.of(
                        curves("Hit ratio so far", "share", List.of(series("hit ratio", Sample::hitRatio))),
                        curves(
                                "Resident memory",
                                "MiB",
                                List.of(
                                        series("arena", s -> (double) s.arenaBytes / (1 << 20)),
                                        series("process", s -> (double) s.processBytes / (1 << 20)))),
                        curves(
                                "Bytes written to the device",
                                "MiB",
                                List.of(series("written", s -> (double) s.writtenBytes / (1 << 20)))),
                        Distribution.plot(
                                "Latency",
                                "How long how many of the accesses took at most.",
                                List.of(
                                        latencies.access.series("access"),
                                        latencies.dramHit.series("hit in DRAM"),
                                        latencies.coldHit.series("hit on the device"),
                                        latencies.insert.series("insertion")))));
    }

    private static Plot curves(String title, String unit, List<Plot.Series> series) {
        return new Plot.Lines(
                title,
                "Over the accesses of the trace.",
                Plot.Axis.of("accesses, thousand"),
                Plot.Axis.of(unit),
                series);
    }

    private Plot.Series series(String name, ToDoubleFunction<Sample> figure) {
        return new Plot.Series(
                name,
                samples.stream().map(sample -> sample.accesses / 1e3).toList(),
                samples.stream().map(figure::applyAsDouble).toList());
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("accesses", Figures.count(outcome.accesses));
        facts.put("time", Figures.duration((long) (outcome.seconds * 1e9)));
        facts.put("hit ratio", percent(hitRatio));
        facts.put("  from DRAM", percent(dramHitRatio));
        facts.put("  from the device", percent(hitRatio - dramHitRatio));
        facts.put("  of the policy alone", percent(policyHitRatio));
        facts.put("values at the end", Figures.count(outcome.keptValues));
        facts.put("dropped with an epoch", Figures.count(outcome.droppedValues));
        facts.put("larger than a slab holds", Figures.count(outcome.clippedValues));
        facts.put("inserted", Figures.bytes(outcome.insertedBytes));
        facts.put("written to the device", Figures.bytes(outcome.writtenBytes));
        facts.put("written / inserted", Figures.ratio(writtenPerInsertedByte));
        facts.put("RSS of the arena, peak", Figures.bytes(peakArenaBytes));
        facts.put("RSS of the process, peak", Figures.bytes(peakProcessBytes));
        return facts;
    }

    @Override
    public void print(PrintWriter out) {
        out.println(setting.trace + ", " + setting.format + ", on " + setting.device);
        out.println("cache of " + Figures.bytes(setting.capacityBytes) + ", " + Figures.bytes(setting.memoryBytes)
                + " of it in DRAM; epochs of " + Figures.bytes(setting.epochBytes));
        out.println();
        facts().forEach((what, value) -> out.printf("%-26s %15s%n", what, value));
        out.println();
        TextTable table = new TextTable("ns", "count", "p50", "p99", "p99.9", "max");
        row(table, "access", latencies.access);
        row(table, "hit in DRAM", latencies.dramHit);
        row(table, "hit on the device", latencies.coldHit);
        row(table, "insertion", latencies.insert);
        table.print(out);
        out.println();
        TextTable.printGoals(out, comparisons);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static void row(TextTable table, String what, Distribution times) {
        table.row(
                what,
                Figures.count(times.count()),
                Figures.count(times.medianNanos()),
                Figures.count(times.p99Nanos()),
                Figures.count(times.p999Nanos()),
                Figures.count(times.maxNanos()));
    }
}
