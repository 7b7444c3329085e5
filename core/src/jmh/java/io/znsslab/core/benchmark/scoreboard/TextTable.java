package io.znsslab.core.benchmark.scoreboard;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of cells: the first column is left-aligned, the others right-aligned. */
final class TextTable {
    private static final String GAP = "   ";

    /**
     * A row.
     *
     * @param note text that runs across the columns instead of cells; empty for a row of cells
     */
    private record Row(String first, List<String> cells, String note) {}

    private final List<Row> rows = new ArrayList<>();

    TextTable row(String first, List<String> cells) {
        rows.add(new Row(first, List.copyOf(cells), ""));
        return this;
    }

    /** A row with the reason why it has no figures. */
    TextTable note(String first, String words) {
        rows.add(new Row(first, List.of(), words));
        return this;
    }

    void print(PrintStream out) {
        int firstWidth = rows.stream().mapToInt(row -> row.first.length()).max().orElse(0);
        for (Row row : rows) {
            StringBuilder line = new StringBuilder(row.first).append(" ".repeat(firstWidth - row.first.length()));
            for (int column = 0; column < row.cells.size(); column++) {
                String cell = row.cells.get(column);
                line.append(GAP)
                        .append(" ".repeat(width(column) - cell.length()))
                        .append(cell);
            }
            line.append(row.note.isEmpty() ? "" : GAP + row.note);
            out.println(line.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream()
                .filter(row -> row.cells.size() > column)
                .mapToInt(row -> row.cells.get(column).length())
                .max()
                .orElse(0);
    }

    /** Three or four digits, without an exponent. */
    static String number(double value) {
        double magnitude = Math.abs(value);
        if (magnitude >= 1_000) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        if (magnitude >= 100) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        if (magnitude >= 10) {
            return String.format(Locale.ROOT, "%.1f", value);
        }
        if (magnitude >= 1 || magnitude == 0) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
        return String.format(Locale.ROOT, magnitude < 0.1 ? "%.4f" : "%.3f", value);
    }
}
