package io.znsslab.cli.bench;

import io.znsslab.tier.TierStatistics;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What the benchmark of the tier found.
 *
 * @param device on which
 * @param fio its version
 * @param comparisons every figure with its goal
 * @param statistics of the tier that demoted and was read from
 */
record TierBenchReport(String device, String fio, List<Comparison> comparisons, TierStatistics statistics) {
    void print(PrintWriter out) {
        out.println(device);
        out.println(fio
                + " (io_uring, direct, registered buffers and files) for comparison; medians of alternating rounds");
        out.println();
        out.println(row("", "store", "reference", "ratio", "goal", ""));
        for (Comparison comparison : comparisons) {
            boolean absolute = comparison.reference() == 0;
            out.println(row(
                    comparison.what() + ", " + comparison.unit(),
                    number(comparison.store()),
                    absolute ? "" : number(comparison.reference()),
                    absolute ? "" : String.format(Locale.ROOT, "%.3f", comparison.ratio()),
                    comparison.goal(),
                    comparison.met() ? "met" : "MISSED"));
        }
        out.flush();
    }

    private static String row(String what, String store, String beside, String ratio, String goal, String met) {
        return String.format(Locale.ROOT, "%-58s %12s %12s %8s %10s  %s", what, store, beside, ratio, goal, met)
                .stripTrailing();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.3f", value);
    }
}
