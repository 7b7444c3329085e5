package io.znsslab.cli.bench.result;

import io.znsslab.cli.report.Page;
import java.io.PrintWriter;
import java.util.List;

/** What a measurement found: a record, whose components are its JSON document. */
public interface BenchResult {
    /** Prints it for people. */
    void print(PrintWriter out);

    /** Shows it with plots. */
    Page page();

    /** The figures that have a goal. */
    List<Comparison> comparisons();
}
