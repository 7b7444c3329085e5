package io.znsslab.cli.demo.domains;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.cli.terminal.Json;
import io.znsslab.cli.terminal.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code zns-slab demo domains}: memory that is bound to a piece of work, in four patterns. */
@Command(
        name = "domains",
        description = {
            "Run short example programs that bind memory to a piece of work, and print what memory they have at each "
                    + "boundary: what is allocated, what is kept for the next piece of work, what is resident, and "
                    + "how many page faults it took.",
            "web-request, game-frame, transaction-batch and reusable-frame; --source prints the program itself."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  zns-slab demo domains",
            "  zns-slab demo domains web-request game-frame --json",
            "  zns-slab demo domains transaction-batch --source > TransactionBatch.java"
        })
public final class DomainsCommand implements Runnable {
    private final Session session;

    @Parameters(
            arity = "0..*",
            paramLabel = "PATTERN",
            completionCandidates = Pattern.Words.class,
            description = "Patterns to run: ${COMPLETION-CANDIDATES} (default: all).")
    private List<String> patterns = new ArrayList<>();

    @Option(names = "--json", description = "Print the figures as JSON, and nothing else on standard output.")
    private boolean json;

    @Option(names = "--source", description = "Print the patterns' source files, and run nothing.")
    private boolean source;

    /** For picocli's factory. */
    DomainsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        if (json && source) {
            throw new CommandFailure(ExitCode.USAGE, "--json and --source exclude each other");
        }
        List<Pattern> chosen = patterns.isEmpty()
                ? List.of(Pattern.values())
                : patterns.stream().map(Pattern::named).toList();
        PrintWriter out = session.terminal().out();
        if (source) {
            chosen.forEach(pattern -> out.print(sourceOf(pattern)));
            out.flush();
            return;
        }
        List<DomainsReport.PatternRun> runs = new ArrayList<>();
        for (Pattern pattern : chosen) {
            DomainsReport.PatternRun run = pattern.run();
            runs.add(run);
            if (!json) {
                print(out, run);
            }
        }
        if (json) {
            Json.print(out, new DomainsReport(runs));
        }
    }

    private static String sourceOf(Pattern pattern) {
        try (InputStream file = Pattern.class.getResourceAsStream(pattern.sourceFile())) {
            if (file == null) {
                throw new IllegalStateException(pattern.sourceFile() + " is not in the program's jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + pattern.sourceFile(), e);
        }
    }

    private static void print(PrintWriter out, DomainsReport.PatternRun run) {
        out.println(run.pattern() + ": " + run.about());
        out.println(row("boundary", "allocated", "kept hot", "resident", "page faults"));
        for (Boundaries.Boundary boundary : run.boundaries()) {
            out.println(row(
                    boundary.at(),
                    Figures.bytes(boundary.allocated()),
                    Figures.bytes(boundary.keptHot()),
                    Figures.bytes(boundary.arenaRss()),
                    Figures.count(boundary.pageFaults())));
        }
        out.println();
        out.flush();
    }

    private static String row(String at, String allocated, String hot, String resident, String faults) {
        return String.format(Locale.ROOT, "  %-24s %12s %12s %12s %12s", at, allocated, hot, resident, faults);
    }
}
