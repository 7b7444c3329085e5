package io.znsslab.core.benchmark.scoreboard;

import static io.znsslab.core.benchmark.contestant.Contestant.CONFINED_ARENA;
import static io.znsslab.core.benchmark.contestant.Contestant.GLIBC;
import static io.znsslab.core.benchmark.contestant.Contestant.GLIBC_CRITICAL;
import static io.znsslab.core.benchmark.contestant.Contestant.JEMALLOC;
import static io.znsslab.core.benchmark.contestant.Contestant.JEMALLOC_CRITICAL;
import static io.znsslab.core.benchmark.contestant.Contestant.MIMALLOC;
import static io.znsslab.core.benchmark.contestant.Contestant.MIMALLOC_CRITICAL;
import static io.znsslab.core.benchmark.contestant.Contestant.NETTY_ADAPTIVE;
import static io.znsslab.core.benchmark.contestant.Contestant.NETTY_ADAPTIVE_CACHED;
import static io.znsslab.core.benchmark.contestant.Contestant.SLAB;
import static io.znsslab.core.benchmark.contestant.Contestant.SLAB_KEEP_HOT;
import static io.znsslab.core.benchmark.contestant.Contestant.TCMALLOC;
import static io.znsslab.core.benchmark.contestant.Contestant.TCMALLOC_CRITICAL;

import io.znsslab.core.Reclamation;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.workload.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The allocator's goals on two processors, with objects in slots of 128 bytes and every handle checked. */
final class Goals {
    private static final List<Contestant> PLAIN_MALLOCS = List.of(GLIBC, JEMALLOC, MIMALLOC, TCMALLOC);
    private static final Map<Contestant, Contestant> RIVALS_IN_LATENCY =
            Map.of(GLIBC, GLIBC_CRITICAL, JEMALLOC, JEMALLOC_CRITICAL, TCMALLOC, TCMALLOC_CRITICAL);

    private Goals() {}

    static List<Goal> of(Settings settings) {
        List<Goal> goals = new ArrayList<>();
        for (Section section : settings.sections()) {
            switch (section) {
                case PAIRS -> {
                    goals.addAll(pairs(Scenario.FREED_AT_ONCE, "A", 10, 8));
                    goals.addAll(pairs(Scenario.THOUSAND_LIVE, "B", 13, 10));
                }
                case REQUESTS -> goals.addAll(requests());
                case RESOLVE -> goals.addAll(resolve(settings.effort()));
                case DISCARD -> goals.addAll(discard());
                case LATENCY -> goals.addAll(latency());
                case FOOTPRINT -> goals.addAll(footprint());
                case HANDOVER -> {
                    // This figure is reported without a goal.
                }
            }
        }
        return goals;
    }

    private static List<Goal> pairs(Scenario scenario, String name, double limit, double stretch) {
        List<Goal> goals = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            FigureKey ours = FigureKey.rate(scenario, SLAB, threads);
            String title = name + ", " + ours.variant() + ": ";
            goals.add(Goal.atMost(title + "ns a pair", limit, figures -> figures.value(ours))
                    .stretch(stretch));
            goals.add(timesFaster(title, scenario, NETTY_ADAPTIVE, threads, 5));
            goals.add(timesFaster(title, scenario, NETTY_ADAPTIVE_CACHED, threads, 5));
            goals.add(timesFaster(title, scenario, CONFINED_ARENA, threads, 2));
            for (Contestant malloc : PLAIN_MALLOCS) {
                goals.add(timesFaster(title, scenario, malloc, threads, 1));
            }
        }
        goals.add(Goal.atMost(
                name + ": 2 threads / 1 thread",
                1.1,
                figures -> figures.ratio(FigureKey.rate(scenario, SLAB, 2), FigureKey.rate(scenario, SLAB, 1))));
        return goals;
    }

    private static Goal timesFaster(String title, Scenario scenario, Contestant peer, int threads, double times) {
        return Goal.atLeast(
                title + peer.label() + " / ours",
                times,
                figures -> figures.ratio(
                        FigureKey.rate(scenario, peer, threads), FigureKey.rate(scenario, SLAB, threads)));
    }

    private static List<Goal> requests() {
        List<Goal> goals = new ArrayList<>();
        for (int threads : Scenario.REQUEST.threadCounts()) {
            goals.add(shareOf("request", MIMALLOC, threads, 0.7));
            goals.add(shareOf("request", JEMALLOC, threads, 0.7));
            goals.add(shareOf("request", CONFINED_ARENA, threads, 0.4));
            goals.add(shareOf("request", NETTY_ADAPTIVE, threads, 0.2));
            goals.add(shareOf("request (stretch)", MIMALLOC_CRITICAL, threads, 1));
        }
        return goals;
    }

    private static Goal shareOf(String name, Contestant peer, int threads, double share) {
        // Memory is kept, as the peers do: none of them gives a request's memory back to the operating system.
        FigureKey ours = FigureKey.rate(Scenario.REQUEST, SLAB_KEEP_HOT, threads);
        return Goal.atMost(
                name + ", " + ours.variant() + ": ours, KEEP_HOT / " + peer.label(),
                share,
                figures -> figures.ratio(ours, FigureKey.rate(Scenario.REQUEST, peer, threads)));
    }

    private static List<Goal> resolve(Effort effort) {
        List<Integer> live = JmhMeasurement.liveCounts(effort);
        List<Goal> goals = new ArrayList<>();
        goals.add(Goal.atMost(
                "resolve and read, %,d live: ns".formatted(live.getFirst()),
                3,
                figures -> figures.value(FigureKey.resolve(live.getFirst()))));
        // Out of cache the object's line is one miss, as by address, and the registry word is at most another.
        for (int count : live.subList(1, live.size())) {
            goals.add(Goal.atMost(
                    "resolve and read, %,d live: ns beyond two reads by address".formatted(count),
                    3,
                    figures -> resolvedBeyondMisses(figures, count)));
        }
        return goals;
    }

    private static OptionalDouble resolvedBeyondMisses(Figures figures, int live) {
        OptionalDouble resolved = figures.value(FigureKey.resolve(live));
        OptionalDouble byAddress = figures.value(FigureKey.readByAddress(live));
        return resolved.isEmpty() || byAddress.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(resolved.getAsDouble() - 2 * byAddress.getAsDouble());
    }

    private static List<Goal> discard() {
        return List.of(
                Goal.atMost(
                        "discard, memory kept: ns a slab",
                        60,
                        figures -> figures.value(FigureKey.discard(Reclamation.KEEP_HOT))),
                Goal.atMost(
                        "discard, memory given back: ns a slab",
                        350,
                        figures -> figures.value(FigureKey.discard(Reclamation.RETURN_TO_OS))));
    }

    private static List<Goal> latency() {
        List<Goal> goals = new ArrayList<>();
        for (LatencySetting setting : LatencySetting.values()) {
            String title = "latency, " + setting.label() + ": ";
            goals.add(Goal.atMost(
                    title + LatencyMeasurement.TAIL,
                    2.3,
                    figures -> figures.value(FigureKey.latency(SLAB, setting, LatencyMeasurement.TAIL))));
            for (Contestant rival : List.of(GLIBC, JEMALLOC, TCMALLOC)) {
                goals.add(Goal.atMost(
                        title + "pair p99.9, ours / " + rival.label() + " or critical",
                        1,
                        figures -> tailAgainstBetterOf(figures, setting, rival)));
            }
        }
        return goals;
    }

    /** Compares with the better of the two ways to call the library. */
    private static OptionalDouble tailAgainstBetterOf(Figures figures, LatencySetting setting, Contestant rival) {
        FigureKey ours = FigureKey.latency(SLAB, setting, "pair p99.9");
        return Stream.of(rival, RIVALS_IN_LATENCY.get(rival))
                .map(peer -> figures.ratio(ours, FigureKey.latency(peer, setting, "pair p99.9")))
                .flatMapToDouble(OptionalDouble::stream)
                .max();
    }

    private static List<Goal> footprint() {
        return List.of(
                atMost(FootprintMeasurement.SLABS_ONE_THREAD, 1.15),
                atMost(FootprintMeasurement.SLABS_TWO_THREADS, 1.4),
                Goal.atLeast(
                        FootprintMeasurement.FAST_PATH.variant(),
                        0.97,
                        figures -> figures.value(FootprintMeasurement.FAST_PATH)),
                atMost(FootprintMeasurement.RSS_AFTER_CLOSE, 0.01),
                atMost(FootprintMeasurement.RSS_GROWTH, 1.01),
                atMost(FootprintMeasurement.METADATA, 0.02));
    }

    private static Goal atMost(FigureKey key, double limit) {
        return Goal.atMost(key.variant(), limit, figures -> figures.value(key));
    }
}
