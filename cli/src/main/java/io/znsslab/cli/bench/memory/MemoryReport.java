package io.znsslab.cli.bench.memory;

import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Plot;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.core.statistics.MemoryUsage;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What the benchmark of memory found.
 *
 * @param limitBytes memory of allocator and tier together
 * @param objectSize sizes of the objects in bytes, as on the command line
 * @param seed of sizes and choices
 * @param device that was used, and who chose it
 * @param baselineBytes resident memory of the process without its Java heap, before the store was opened
 * @param mostCountedBytes the most that the store counted
 * @param mostResidentBytes the most resident memory of the process, without its Java heap, beyond the baseline
 * @param counts what was done
 * @param samples of memory
 * @param comparisons with the goals
 */
record MemoryReport(
        long limitBytes,
        String objectSize,
        long seed,
        String device,
        long baselineBytes,
        long mostCountedBytes,
        long mostResidentBytes,
        Counts counts,
        List<Sample> samples,
        List<Comparison> comparisons)
        implements BenchResult {

    /** The parts of the benchmark. */
    enum Phase {
        /** Objects are replaced while they fill the memory. */
        CHURN,
        /** Epochs are filled and demoted. */
        DEMOTION,
        /** Cold objects are read. */
        COLD_READS;

        /** For people. */
        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * What was done.
     *
     * @param objectsReplaced while they filled the memory
     * @param epochsDemoted whole
     * @param coldReads of single objects
     * @param objectsWalked shown by walks
     * @param refusals allocations and segments that found no memory within the limit
     */
    record Counts(long objectsReplaced, long epochsDemoted, long coldReads, long objectsWalked, long refusals) {}

    /**
     * Memory at one moment.
     *
     * @param phase in which part
     * @param seconds since the store was opened
     * @param residentBytes of the process without its Java heap, beyond the baseline
     * @param countedBytes what the store counts
     * @param usage the same by use
     */
    record Sample(Phase phase, double seconds, long residentBytes, long countedBytes, MemoryUsage usage) {}

    static MemoryReport of(
            MemoryBench.Plan plan, String device, long baselineBytes, Counts counts, List<Sample> samples) {
        long counted = most(samples, Sample::countedBytes);
        long resident = most(samples, Sample::residentBytes);
        return new MemoryReport(
                plan.limitBytes(),
                plan.sizes().toString(),
                plan.seed(),
                device,
                baselineBytes,
                counted,
                resident,
                counts,
                List.copyOf(samples),
                List.of(
                        Comparison.atMost(1, "memory counted / limit", "MiB", mib(counted), mib(plan.limitBytes())),
                        Comparison.atMost(
                                1.05,
                                "resident memory without the Java heap beyond the baseline / limit",
                                "MiB",
                                mib(resident),
                                mib(plan.limitBytes()))));
    }

    private static long most(List<Sample> samples, ToLongFunction<Sample> figure) {
        return samples.stream().mapToLong(figure).max().orElse(0);
    }

    private static double mib(long bytes) {
        return (double) bytes / (1 << 20);
    }

    private List<Sample> of(Phase phase) {
        return samples.stream().filter(sample -> sample.phase() == phase).toList();
    }

    @Override
    public void print(PrintWriter out) {
        out.println(
                "memory limit " + Figures.bytes(limitBytes) + ", objects of " + objectSize + " bytes, on " + device);
        out.println(Figures.count(counts.objectsReplaced(), "object") + " replaced, "
                + Figures.count(counts.epochsDemoted(), "epoch") + " demoted, "
                + Figures.count(counts.coldReads(), "cold read") + ", "
                + Figures.count(counts.objectsWalked(), "object")
                + " walked over; " + Figures.count(counts.refusals(), "refusal") + " at the limit");
        out.println();
        TextTable table = new TextTable(
                "most of", "RSS", "counted", "slabs", "tables", "segments", "scratch", "buffers", "read cache");
        for (Phase phase : Phase.values()) {
            List<Sample> here = of(phase);
            table.row(
                    phase.text(),
                    Figures.bytes(Math.max(0, most(here, Sample::residentBytes))),
                    Figures.bytes(most(here, Sample::countedBytes)),
                    Figures.bytes(most(here, sample -> sample.usage().slabBytes())),
                    Figures.bytes(most(here, sample -> sample.usage().tableBytes())),
                    Figures.bytes(most(here, sample -> sample.usage().segmentBytes())),
                    Figures.bytes(most(here, sample -> sample.usage().scratchBytes())),
                    Figures.bytes(most(here, sample -> sample.usage().tierBufferBytes())),
                    Figures.bytes(most(here, sample -> sample.usage().tierCacheBytes())));
        }
        table.print(out);
        out.println();
        out.println("RSS: of the process without its Java heap, beyond the " + Figures.bytes(baselineBytes)
                + " before the store was opened");
        out.println();
        TextTable.printGoals(out, comparisons);
    }

    @Override
    public Page page() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("limit", Figures.bytes(limitBytes));
        facts.put("most that was counted", Figures.bytes(mostCountedBytes));
        facts.put("most RSS beyond the baseline", Figures.bytes(mostResidentBytes));
        facts.put("baseline", Figures.bytes(baselineBytes));
        facts.put("objects replaced", Figures.count(counts.objectsReplaced()));
        facts.put("epochs demoted", Figures.count(counts.epochsDemoted()));
        facts.put("cold reads", Figures.count(counts.coldReads()));
        facts.put("objects walked over", Figures.count(counts.objectsWalked()));
        facts.put("refusals at the limit", Figures.count(counts.refusals()));
        return new Page(
                "Memory under a limit",
                "Churn, demotion and cold reads with objects of " + objectSize + " bytes, on " + device + ". "
                        + GoalTable.summary(comparisons),
                List.of(Table.ofFacts("Figures", facts), GoalTable.of(comparisons)),
                List.of(
                        new Plot.Lines(
                                "Memory against the limit",
                                "A third of the time each: churn, demotion, cold reads.",
                                Plot.Axis.of("seconds"),
                                Plot.Axis.of("MiB"),
                                List.of(
                                        series("limit", _ -> limitBytes),
                                        series("counted", Sample::countedBytes),
                                        series("RSS beyond the baseline", Sample::residentBytes))),
                        new Plot.Lines(
                                "What the memory is used for",
                                "As the store counts it.",
                                Plot.Axis.of("seconds"),
                                Plot.Axis.of("MiB"),
                                List.of(
                                        series("slabs", sample -> sample.usage().slabBytes()),
                                        series(
                                                "tables",
                                                sample -> sample.usage().tableBytes()),
                                        series(
                                                "segments",
                                                sample -> sample.usage().segmentBytes()),
                                        series(
                                                "scratch",
                                                sample -> sample.usage().scratchBytes()),
                                        series(
                                                "tier",
                                                sample -> sample.usage().tierBufferBytes()
                                                        + sample.usage().tierCacheBytes())))));
    }

    private Plot.Series series(String name, ToLongFunction<Sample> bytes) {
        return new Plot.Series(
                name,
                samples.stream().map(Sample::seconds).toList(),
                samples.stream()
                        .map(sample -> Math.max(0, mib(bytes.applyAsLong(sample))))
                        .toList());
    }
}
