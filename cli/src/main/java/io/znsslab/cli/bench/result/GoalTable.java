package io.znsslab.cli.bench.result;

import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.util.List;

/** Figures beside their goals, as a table of a page. */
public final class GoalTable {
    private GoalTable() {}

    /** The table. */
    public static Table of(List<Comparison> comparisons) {
        return new Table(
                "Goals",
                List.of("", "store", "reference", "ratio", "goal", ""),
                comparisons.stream()
                        .map(comparison -> {
                            boolean absolute = comparison.reference() == 0;
                            return List.of(
                                    comparison.named(),
                                    TextTable.number(comparison.store()),
                                    absolute ? "" : TextTable.number(comparison.reference()),
                                    absolute ? "" : Figures.ratio(comparison.ratio()),
                                    comparison.goal(),
                                    comparison.met() ? "met" : "missed");
                        })
                        .toList());
    }

    /** How many goals were met, in words. */
    public static String summary(List<Comparison> comparisons) {
        long met = comparisons.stream().filter(Comparison::met).count();
        return met + " of " + Figures.count(comparisons.size(), "goal") + " met.";
    }
}
