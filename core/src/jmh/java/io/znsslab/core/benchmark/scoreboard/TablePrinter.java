package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.Reclamation;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.latency.TimedSection;
import io.znsslab.core.benchmark.workload.Scenario;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Prints the table for people. */
final class TablePrinter {
    private static final List<String> PERCENTILES = List.of("p50", "p99", "p99.9", "p99.99", "max");

    private final PrintStream out;
    private final Settings settings;
    private final Figures figures;
    private final Map<Contestant, String> absent;

    TablePrinter(PrintStream out, Settings settings, Figures figures, Map<Contestant, String> absent) {
        this.out = out;
        this.settings = settings;
        this.figures = figures;
        this.absent = absent;
    }

    void print(List<Goal> goals) {
        out.printf(
                "%nEach figure is the median over %d round(s). The column x is the figure divided by that of ZNS-Slab, "
                        + "also a median over the rounds.%n"
                        + "~ marks figures that other processes may have disturbed in every window of a round.%n"
                        + "Objects have %d bytes unless a heading says otherwise.%n",
                settings.rounds(), settings.bytes());
        for (Section section : settings.sections()) {
            switch (section) {
                case PAIRS -> {
                    scenario(Scenario.FREED_AT_ONCE);
                    scenario(Scenario.THOUSAND_LIVE);
                    scenario(Scenario.CHURN);
                }
                case HANDOVER -> scenario(Scenario.HANDOVER);
                case REQUESTS -> {
                    scenario(Scenario.REQUEST);
                    domains();
                }
                case KERNEL -> kernel();
                case WARM_UP -> warmUp();
                case RESOLVE -> resolve();
                case DISCARD -> discard();
                case LATENCY -> latency();
                case FOOTPRINT -> footprint();
            }
        }
        goals(goals);
        failures();
    }

    private void scenario(Scenario scenario) {
        heading(scenario.label());
        List<String> titles = new ArrayList<>();
        for (int threads : scenario.threadCounts()) {
            titles.add(FigureKey.rate(scenario, Contestant.SLAB, threads).variant());
            titles.add("x");
        }
        if (scenario.threadCounts().contains(1)) {
            titles.add("JMH, 1 thread");
            titles.add("x");
        }
        TextTable table = new TextTable().row("", titles);
        for (Contestant contestant : settings.contestants()) {
            Optional<String> reason =
                    Optional.ofNullable(absent.get(contestant)).or(() -> scenario.exclusion(contestant));
            if (reason.isPresent()) {
                table.note(contestant.label(), reason.get());
            } else {
                table.row(contestant.label(), cells(scenario, contestant));
            }
        }
        table.print(out);
    }

    private List<String> cells(Scenario scenario, Contestant contestant) {
        List<String> cells = new ArrayList<>();
        for (int threads : scenario.threadCounts()) {
            pair(
                    cells,
                    FigureKey.rate(scenario, contestant, threads),
                    FigureKey.rate(scenario, Contestant.SLAB, threads));
        }
        if (scenario.threadCounts().contains(1)) {
            pair(cells, FigureKey.jmh(scenario, contestant), FigureKey.jmh(scenario, Contestant.SLAB));
        }
        return cells;
    }

    private void pair(List<String> cells, FigureKey key, FigureKey ours) {
        cells.add(cell(key));
        cells.add(number(figures.ratio(key, ours)));
    }

    private void domains() {
        heading("A domain opened, filled with objects of 352 B, and closed, ns, KEEP_HOT");
        TextTable table = new TextTable().row("objects", List.of("domain", "as many stores to memory"));
        for (int objects : JmhMeasurement.DOMAIN_OBJECTS) {
            table.row(
                    Integer.toString(objects),
                    List.of(cell(FigureKey.domain(objects)), cell(FigureKey.touch(objects))));
        }
        table.print(out);
    }

    private void kernel() {
        heading("What a warm request asks of the kernel");
        TextTable table = new TextTable().row("", KernelMeasurement.COUNTS);
        for (Contestant contestant : settings.contestants()) {
            if (contestant.isProduct()) {
                table.row(
                        contestant.label(),
                        KernelMeasurement.COUNTS.stream()
                                .map(count -> cell(FigureKey.kernel(contestant, count)))
                                .toList());
            }
        }
        table.print(out);
    }

    private void warmUp() {
        heading("Requests of one thread in each of the first seconds of a JVM");
        List<String> seconds = IntStream.rangeClosed(1, settings.effort().firstSeconds)
                .mapToObj(Integer::toString)
                .toList();
        TextTable table = new TextTable().row("", seconds);
        for (Contestant contestant : settings.contestants()) {
            if (absent.containsKey(contestant) && WarmUpMeasurement.includes(contestant)) {
                table.note(contestant.label(), absent.get(contestant));
            } else if (WarmUpMeasurement.includes(contestant)) {
                table.row(
                        contestant.label(),
                        IntStream.rangeClosed(1, settings.effort().firstSeconds)
                                .mapToObj(second -> cell(FigureKey.warmUp(contestant, second)))
                                .toList());
            }
        }
        table.print(out);
    }

    private void resolve() {
        heading("From a handle to eight bytes of its object, ns");
        TextTable table = new TextTable()
                .row("live objects", List.of("resolve and read", "by the bare algorithm", "read by address"));
        for (int live : JmhMeasurement.liveCounts(settings.effort())) {
            table.row(
                    "%,d".formatted(live),
                    List.of(
                            cell(FigureKey.resolve(live)),
                            cell(FigureKey.bareResolve(live)),
                            cell(FigureKey.readByAddress(live))));
        }
        table.print(out);
    }

    private void discard() {
        heading("Discard of an epoch of a million objects, ns a slab");
        TextTable table = new TextTable();
        table.row("memory kept", List.of(cell(FigureKey.discard(Reclamation.KEEP_HOT))));
        table.row("memory given back", List.of(cell(FigureKey.discard(Reclamation.RETURN_TO_OS))));
        table.print(out);
    }

    private void latency() {
        for (LatencySetting setting : LatencySetting.values()) {
            heading("Single operations, ns, reading the clock included; " + setting.label());
            List<String> titles = new ArrayList<>(PERCENTILES);
            titles.add("middle without clock");
            titles.add("p99.9 without clock");
            TextTable table = new TextTable().row("", titles);
            for (Contestant contestant : settings.contestants()) {
                if (setting.includes(contestant)) {
                    if (absent.containsKey(contestant)) {
                        table.note(contestant.label(), absent.get(contestant));
                    } else {
                        percentiles(table, contestant, setting);
                    }
                }
            }
            table.print(out);
        }
    }

    private void percentiles(TextTable table, Contestant contestant, LatencySetting setting) {
        for (TimedSection section : TimedSection.values()) {
            // The empty section and this project's operations in full, only the pair of the others.
            if (section != TimedSection.PAIR && !contestant.isProduct()) {
                continue;
            }
            if (section == TimedSection.PAIR && !setting.hasManyLive()) {
                continue;
            }
            List<String> cells = new ArrayList<>();
            for (String percentile : PERCENTILES) {
                cells.add(cell(FigureKey.latency(contestant, setting, section.label() + " " + percentile)));
            }
            for (String percentile : List.of(LatencyMeasurement.MIDDLE, LatencyMeasurement.TAIL)) {
                cells.add(cell(LatencyMeasurement.withoutClock(contestant, setting, section, percentile)));
            }
            table.row(contestant.label() + ": " + section.label(), cells);
        }
    }

    private void footprint() {
        heading("Footprint");
        TextTable table = new TextTable();
        for (FigureKey key : figures.keys()) {
            if (key.measure().equals(FootprintMeasurement.METADATA.measure())) {
                table.row(key.variant(), List.of(number(figures.value(key))));
            }
        }
        table.print(out);
    }

    private void goals(List<Goal> goals) {
        heading("Goals");
        TextTable table = new TextTable().row("", List.of("goal", "measured", "met"));
        for (Goal goal : goals) {
            table.row(goal.name(), List.of(goal.target(), goal.figure(figures), goal.met(figures)));
        }
        table.print(out);
        long reached = goals.stream()
                .filter(goal -> goal.verdict(figures) == Goal.Verdict.REACHED)
                .count();
        out.printf("%d of %d goals reached%n", reached, goals.size());
    }

    private void failures() {
        if (!figures.failures().isEmpty()) {
            heading("Failed");
            figures.failures().forEach(out::println);
        }
    }

    private void heading(String text) {
        out.printf("%n%s%n%s%n", text, "-".repeat(text.length()));
    }

    private String cell(FigureKey key) {
        return (figures.isDisturbed(key) ? "~" : "") + number(figures.value(key));
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? TextTable.number(value.getAsDouble()) : "-";
    }
}
