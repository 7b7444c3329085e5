package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.Answer;
import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.AbsenceMain;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.workload.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the requested measurements in rounds, and prints and saves the comparison. */
public final class Scoreboard {
    private final Settings settings;
    private final Map<Contestant, String> absent;
    private final List<Contestant> present;
    private final Figures figures = new Figures();

    private Scoreboard(Settings settings, Map<Contestant, String> absent) {
        this.settings = settings;
        this.absent = absent;
        this.present = settings.contestants().stream()
                .filter(contestant -> !absent.containsKey(contestant))
                .toList();
    }

    /**
     * Measures, prints the table to standard output and progress to standard error.
     *
     * @param arguments the arguments after the word {@code table} on the command line
     * @return whether everything could be measured; missed goals do not count
     * @throws WrongArgumentException if an argument is wrong
     */
    public static boolean run(List<String> arguments)
            throws IOException, InterruptedException, ChildFailedException, WrongArgumentException {
        Settings settings = Settings.parse(arguments);
        Files.createDirectories(settings.json().toAbsolutePath().getParent());
        Machine machine = Machine.here();
        System.out.println(machine);
        Scoreboard scoreboard = new Scoreboard(
                settings,
                ChildJvm.ask(AbsenceMain.class, AbsenceMain.Absences.class, List.of())
                        .reasons());
        long start = System.nanoTime();
        scoreboard.measure();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        List<Goal> goals = Goals.of(settings);
        new TablePrinter(System.out, settings, scoreboard.figures, scoreboard.absent).print(goals);
        Answer.write(settings.json(), Report.of(machine, settings, scoreboard.figures, scoreboard.absent, goals));
        System.out.printf("measured in %d min %d s%n", took.toMinutes(), took.toSecondsPart());
        System.out.println("all figures: " + settings.json().toAbsolutePath());
        return scoreboard.figures.failures().isEmpty();
    }

    /** The usage, with a line for each option. */
    public static String usage() {
        return Settings.USAGE;
    }

    private void measure() throws IOException, InterruptedException {
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Section section : settings.sections()) {
                System.err.printf("round %d of %d: %s%n", round, settings.rounds(), section);
                for (Measurement measurement : measurements(section)) {
                    measurement.measure(round, figures);
                }
            }
        }
    }

    private List<Measurement> measurements(Section section) {
        List<Measurement> measurements = new ArrayList<>();
        switch (section) {
            case PAIRS -> {
                measurements.add(rate(Scenario.FREED_AT_ONCE));
                measurements.add(rate(Scenario.THOUSAND_LIVE));
                measurements.add(rate(Scenario.CHURN));
                measurements.add(JmhMeasurement.pairs(present, settings, log(section)));
            }
            case HANDOVER -> measurements.add(rate(Scenario.HANDOVER));
            case REQUESTS -> {
                measurements.add(rate(Scenario.REQUEST));
                measurements.add(JmhMeasurement.requests(present, settings, log(section)));
                measurements.add(JmhMeasurement.domains(settings, log(section, "domains")));
            }
            case KERNEL -> measurements.add(new KernelMeasurement(present, settings));
            case WARM_UP -> measurements.add(new WarmUpMeasurement(present, settings));
            case RESOLVE -> {
                measurements.add(JmhMeasurement.resolve(settings, log(section)));
                measurements.add(JmhMeasurement.bareResolve(settings, log(section, "bare")));
            }
            case DISCARD -> measurements.add(JmhMeasurement.discard(settings, log(section)));
            case LATENCY -> measurements.add(new LatencyMeasurement(present, settings));
            case FOOTPRINT -> measurements.add(new FootprintMeasurement(settings));
        }
        return measurements;
    }

    private RateMeasurement rate(Scenario scenario) {
        return new RateMeasurement(scenario, present, settings);
    }

    /** JMH's own output in the last round, in a file beside the figures. */
    private Path log(Section section) {
        return log(section.name());
    }

    private Path log(Section section, String part) {
        return log(section.name() + "-" + part);
    }

    private Path log(String name) {
        return settings.json().toAbsolutePath().resolveSibling("jmh-" + name.toLowerCase(Locale.ROOT) + ".log");
    }
}
