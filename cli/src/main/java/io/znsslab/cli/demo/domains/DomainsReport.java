package io.znsslab.cli.demo.domains;

import java.util.List;

/** What the patterns did to memory, for programs. */
record DomainsReport(List<PatternRun> patterns) {
    DomainsReport {
        patterns = List.copyOf(patterns);
    }

    /**
     * One pattern.
     *
     * @param pattern its name on the command line
     * @param about it in a phrase
     * @param boundaries in the order in which they were passed
     */
    record PatternRun(String pattern, String about, List<Boundaries.Boundary> boundaries) {}
}
