package io.znsslab.core.benchmark.scoreboard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** The figures by round, and the failures. For one thread. */
final class Figures {
    private final Map<FigureKey, Map<Integer, Double>> byRound = new LinkedHashMap<>();
    private final Set<FigureKey> disturbed = new HashSet<>();
    private final List<String> failures = new ArrayList<>();

    /** Records a round's figure. */
    void put(FigureKey key, int round, double value) {
        byRound.computeIfAbsent(key, _ -> new LinkedHashMap<>()).put(round, value);
    }

    /**
     * Records that no window of a round was accepted, so that the round's figure includes the influence of other
     * processes.
     */
    void markDisturbed(FigureKey key) {
        disturbed.add(key);
    }

    boolean isDisturbed(FigureKey key) {
        return disturbed.contains(key);
    }

    /** Records a failure. */
    void fail(String what) {
        failures.add(what);
    }

    List<String> failures() {
        return failures;
    }

    /** All keys, in the order in which they were first recorded. */
    Set<FigureKey> keys() {
        return byRound.keySet();
    }

    /** A figure in every round. */
    List<Double> rounds(FigureKey key) {
        return List.copyOf(byRound.getOrDefault(key, Map.of()).values());
    }

    /** The median over the rounds. */
    OptionalDouble value(FigureKey key) {
        return median(rounds(key));
    }

    /** The median over the rounds of the ratio of two figures of the same round. */
    OptionalDouble ratio(FigureKey dividend, FigureKey divisor) {
        Map<Integer, Double> dividends = byRound.getOrDefault(dividend, Map.of());
        Map<Integer, Double> divisors = byRound.getOrDefault(divisor, Map.of());
        return median(dividends.keySet().stream()
                .filter(divisors::containsKey)
                .map(round -> dividends.get(round) / divisors.get(round))
                .toList());
    }

    private static OptionalDouble median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
}
