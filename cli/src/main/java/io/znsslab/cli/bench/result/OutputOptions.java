package io.znsslab.cli.bench.result;

import io.znsslab.cli.report.ReportOption;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What becomes of a result: printed for people or as JSON, and judged. */
public final class OutputOptions {
    private final Session session;

    @Option(names = "--json", description = "Print the result as JSON, and nothing else on standard output.")
    private boolean json;

    @Option(
            names = "--check",
            description = "End with exit code 15 if a goal is missed; the result is printed all the same.")
    private boolean check;

    @Mixin
    private ReportOption report;

    /** For picocli's factory. */
    OutputOptions(Session session) {
        this.session = session;
    }

    /** Looks whether the reports can be written, before anything is measured for them. */
    public void requireWritable() {
        report.requireWritable();
    }

    /**
     * Prints the result, and writes the reports that were asked for.
     *
     * @return the exit status of a command that has nothing else to complain of
     * @throws CommandFailure {@link ExitCode#GOAL_MISSED} where the user asked for a check, naming what was missed
     */
    public <R extends Record & BenchResult> int finish(R result) {
        PrintWriter out = session.terminal().out();
        if (json) {
            Json.print(out, result);
        } else {
            result.print(out);
            out.flush();
        }
        report.write(result::page, result);
        if (check) {
            requireGoals(result.comparisons());
        }
        return ExitCode.DONE.status();
    }

    private static void requireGoals(List<Comparison> comparisons) {
        List<Comparison> missed =
                comparisons.stream().filter(comparison -> !comparison.met()).toList();
        if (!missed.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.GOAL_MISSED,
                    missed.stream()
                            .map(comparison -> comparison.what() + " is " + TextTable.number(comparison.ratio())
                                    + ", goal " + comparison.goal())
                            .collect(Collectors.joining(
                                    "; ",
                                    missed.size() + " of " + Figures.count(comparisons.size(), "goal") + " missed: ",
                                    "")));
        }
    }
}
