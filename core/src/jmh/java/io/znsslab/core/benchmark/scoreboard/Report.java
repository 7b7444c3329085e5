package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.contestant.Contestant;
import java.util.List;
import java.util.Map;

/**
 * A run in a form for programs.
 *
 * @param machine the machine that it ran on
 * @param effort the length of its measurements
 * @param rounds number of rounds
 * @param objectBytes size of an object in scenarios with a single size
 * @param figures the figures, in nanoseconds except for the footprint's shares and multiples, ratios, and counts
 * @param absent the contestants that were not measured, and why
 * @param failures the failures
 * @param goals the result of each goal
 */
record Report(
        Machine machine,
        Effort effort,
        int rounds,
        int objectBytes,
        List<Figure> figures,
        Map<Contestant, String> absent,
        List<String> failures,
        List<Outcome> goals) {
    /**
     * A figure.
     *
     * @param median over the rounds
     * @param rounds the figure in each round
     * @param disturbed whether some round had no accepted window
     */
    record Figure(
            String measure,
            Contestant contestant,
            String variant,
            double median,
            List<Double> rounds,
            boolean disturbed) {}

    /**
     * The result of a goal.
     *
     * @param measured the figure; null if it was not measured
     * @param stretch null if there is none
     */
    record Outcome(String goal, Goal.Kind kind, Double limit, Double stretch, Double measured, Goal.Verdict verdict) {}

    static Report of(
            Machine machine, Settings settings, Figures figures, Map<Contestant, String> absent, List<Goal> goals) {
        return new Report(
                machine,
                settings.effort(),
                settings.rounds(),
                settings.bytes(),
                figures.keys().stream()
                        .map(key -> new Figure(
                                key.measure(),
                                key.contestant(),
                                key.variant(),
                                figures.value(key).orElseThrow(),
                                figures.rounds(key),
                                figures.isDisturbed(key)))
                        .toList(),
                absent,
                figures.failures(),
                goals.stream().map(goal -> outcome(goal, figures)).toList());
    }

    private static Outcome outcome(Goal goal, Figures figures) {
        var measured = goal.measured().apply(figures);
        return new Outcome(
                goal.name(),
                goal.kind(),
                finite(goal.limit()),
                finite(goal.stretch()),
                measured.isPresent() ? measured.getAsDouble() : null,
                goal.verdict(figures));
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
