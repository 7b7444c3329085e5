package io.znsslab.cli.report;

import java.util.List;
import java.util.Map;

/**
 * A table of a page. Immutable.
 *
 * @param heading above it
 * @param columns their names; none for a table of facts, whose first column names each
 * @param rows cells from left to right, as many in each row as there are columns, or two
 */
public record Table(String heading, List<String> columns, List<List<String>> rows) {
    private static final int FACT_CELLS = 2;

    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        int cells = columns.isEmpty() ? FACT_CELLS : columns.size();
        for (List<String> row : rows) {
            if (row.size() != cells) {
                throw new IllegalArgumentException(
                        "table '%s': a row has %d cells instead of %d: %s".formatted(heading, row.size(), cells, row));
            }
        }
    }

    /** A table of facts, in the order of the map. */
    public static Table ofFacts(String heading, Map<String, String> facts) {
        return new Table(
                heading,
                List.of(),
                facts.entrySet().stream()
                        .map(fact -> List.of(fact.getKey(), fact.getValue()))
                        .toList());
    }
}
