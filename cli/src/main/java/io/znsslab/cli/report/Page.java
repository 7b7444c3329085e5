package io.znsslab.cli.report;

import java.util.List;

/**
 * What a report shows. Immutable.
 *
 * @param title of the page
 * @param lead one or two sentences: what was done, and what came out
 * @param tables facts and figures
 * @param plots drawn one below the other
 */
public record Page(String title, String lead, List<Table> tables, List<Plot> plots) {
    public Page {
        tables = List.copyOf(tables);
        plots = List.copyOf(plots);
    }
}
