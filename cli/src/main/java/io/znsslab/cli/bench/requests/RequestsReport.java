package io.znsslab.cli.bench.requests;

import io.znsslab.cli.bench.crew.CrewFigure;
import io.znsslab.cli.bench.result.BenchResult;
import io.znsslab.cli.bench.result.Comparison;
import io.znsslab.cli.bench.result.GoalTable;
import io.znsslab.cli.bench.result.TextTable;
import io.znsslab.cli.report.Page;
import io.znsslab.cli.report.Table;
import io.znsslab.cli.terminal.Figures;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the benchmark of requests found.
 *
 * @param objectsPerRequest objects of a request
 * @param objectSize their sizes in bytes, as on the command line
 * @param seed of the sizes
 * @param processors that this machine has for the process
 * @param rows a figure for each contestant and number of threads
 * @param comparisons with the goals
 */
record RequestsReport(
        int objectsPerRequest,
        String objectSize,
        long seed,
        int processors,
        List<Row> rows,
        List<Comparison> comparisons)
        implements BenchResult {
    private static final List<String> HEADINGS = List.of(
            "", "threads", "requests/s", "ns/request", "scaling", "faults", "switches", "kernel ns", "syscalls");

    /**
     * One contestant with one number of threads.
     *
     * @param contestant its name
     * @param threads how many
     * @param requestsPerSecond of all threads together
     * @param nanosPerRequest of a thread, their mean
     * @param scaling {@code requestsPerSecond} divided by that of one thread
     * @param pageFaultsPerRequest by getrusage(2), minor and major
     * @param switchesPerRequest by getrusage(2): times that a thread gave up its processor by itself
     * @param systemNanosPerRequest by getrusage(2): processor time in the kernel
     * @param systemCallsPerRequest of one thread, by strace(1); null if they could not be counted
     * @param systemCallsNotCounted why they could not; null if they were
     */
    record Row(
            String contestant,
            int threads,
            double requestsPerSecond,
            double nanosPerRequest,
            double scaling,
            double pageFaultsPerRequest,
            double switchesPerRequest,
            double systemNanosPerRequest,
            Double systemCallsPerRequest,
            String systemCallsNotCounted)
            implements CrewFigure {
        Row withSystemCalls(SystemCalls.Counted calls) {
            return new Row(
                    contestant,
                    threads,
                    requestsPerSecond,
                    nanosPerRequest,
                    scaling,
                    pageFaultsPerRequest,
                    switchesPerRequest,
                    systemNanosPerRequest,
                    calls.perRequest().orElse(null),
                    calls.obstacle().orElse(null));
        }
    }

    static RequestsReport of(RequestsBench.Plan plan, List<Row> rows) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new RequestsReport(
                plan.objects(),
                plan.sizes().toString(),
                plan.seed(),
                processors,
                List.copyOf(rows),
                compare(rows, processors));
    }

    private static List<Comparison> compare(List<Row> rows, int processors) {
        List<Comparison> comparisons = new ArrayList<>();
        for (Row row : rows) {
            if (row.threads > processors || row.contestant.equals(RequestMemory.CONFINED_ARENA.label())) {
                continue;
            }
            String what = row.contestant + ", " + Figures.count(row.threads, "thread");
            double arena = rows.stream()
                    .filter(other -> other.threads == row.threads
                            && other.contestant.equals(RequestMemory.CONFINED_ARENA.label()))
                    .mapToDouble(Row::nanosPerRequest)
                    .findFirst()
                    .orElseThrow();
            comparisons.add(Comparison.atMost(1, what + ", beside Arena.ofConfined", "ns", row.nanosPerRequest, arena));
            comparisons.add(Comparison.atMost(0.05, what + ", page faults a request", "", row.pageFaultsPerRequest));
            if (row.threads == 1 && row.systemCallsPerRequest != null) {
                comparisons.add(
                        Comparison.atMost(0.05, what + ", system calls a request", "", row.systemCallsPerRequest));
            }
        }
        return comparisons;
    }

    @Override
    public Page page() {
        return new Page(
                "Requests",
                "Requests of " + Figures.count(objectsPerRequest, "object") + " of " + objectSize + " bytes, on "
                        + Figures.count(processors, "processor") + ". " + GoalTable.summary(comparisons),
                List.of(
                        new Table(
                                "Figures; faults, switches, kernel time and system calls of one request",
                                HEADINGS,
                                rows.stream().map(row -> List.of(cells(row))).toList()),
                        GoalTable.of(comparisons)),
                List.of(
                        CrewFigure.curves(
                                "Rate of all threads",
                                "thousand requests a second",
                                rows,
                                row -> row.requestsPerSecond / 1e3),
                        CrewFigure.curves("Time of a request", "ns in each thread", rows, Row::nanosPerRequest),
                        CrewFigure.curves("Page faults", "of a request", rows, Row::pageFaultsPerRequest)));
    }

    private static String[] cells(Row row) {
        String calls = row.systemCallsPerRequest == null ? "?" : decimals(4, row.systemCallsPerRequest);
        return new String[] {
            row.contestant,
            Integer.toString(row.threads),
            Figures.count(Math.round(row.requestsPerSecond)),
            Figures.count(Math.round(row.nanosPerRequest)),
            decimals(2, row.scaling),
            decimals(4, row.pageFaultsPerRequest),
            decimals(4, row.switchesPerRequest),
            decimals(1, row.systemNanosPerRequest),
            row.threads > 1 ? "" : calls
        };
    }

    private static String decimals(int count, double value) {
        return String.format(Locale.ROOT, "%." + count + "f", value);
    }

    @Override
    public void print(PrintWriter out) {
        out.println("requests of " + Figures.count(objectsPerRequest, "object") + " of " + objectSize + " bytes; "
                + Figures.count(processors, "processor"));
        out.println();
        TextTable table = new TextTable(HEADINGS.toArray(String[]::new));
        rows.forEach(row -> table.row(cells(row)));
        table.print(out);
        out.println("faults, switches, kernel ns and syscalls: of one request");
        String obstacle = rows.getFirst().systemCallsNotCounted;
        if (obstacle != null) {
            out.println("system calls were not counted: " + obstacle);
        }
        out.println();
        TextTable.printGoals(out, comparisons);
    }
}
