package io.znsslab.cli.bench.result;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text: the first column to the left, all others to the right, each as wide as it needs. */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /** A table with these headings. */
    public TextTable(String... headings) {
        rows.add(headings);
    }

    /** One more row, with as many cells as there are headings, or fewer. */
    public void row(String... cells) {
        rows.add(cells);
    }

    /** Prints the headings and the rows. */
    public void print(PrintWriter out) {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.length; column++) {
                String padding = " ".repeat(widths[column] - row[column].length());
                line.append(column == 0 ? "" : GAP);
                line.append(column == 0 ? row[column] + padding : padding + row[column]);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Prints figures beside their goals. */
    public static void printGoals(PrintWriter out, List<Comparison> comparisons) {
        TextTable table = new TextTable("", "store", "reference", "ratio", "goal", "");
        for (Comparison comparison : comparisons) {
            boolean absolute = comparison.reference() == 0;
            table.row(
                    comparison.named(),
                    number(comparison.store()),
                    absolute ? "" : number(comparison.reference()),
                    absolute ? "" : String.format(Locale.ROOT, "%.3f", comparison.ratio()),
                    comparison.goal(),
                    comparison.met() ? "met" : "MISSED");
        }
        table.print(out);
    }

    /** {@code 1,234}, {@code 12.345}: as many digits as say something. */
    public static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.3f", value);
    }
}
