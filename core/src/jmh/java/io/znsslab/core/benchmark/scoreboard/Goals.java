package io.znsslab.core.benchmark.scoreboard;

import static io.znsslab.core.benchmark.contestant.Contestant.BARE_CLASSED;
import static io.znsslab.core.benchmark.contestant.Contestant.CONFINED_ARENA;
import static io.znsslab.core.benchmark.contestant.Contestant.GLIBC;
import static io.znsslab.core.benchmark.contestant.Contestant.JEMALLOC;
import static io.znsslab.core.benchmark.contestant.Contestant.MIMALLOC;
import static io.znsslab.core.benchmark.contestant.Contestant.MIMALLOC_CRITICAL;
import static io.znsslab.core.benchmark.contestant.Contestant.NETTY_ADAPTIVE;
import static io.znsslab.core.benchmark.contestant.Contestant.NETTY_ADAPTIVE_CACHED;
import static io.znsslab.core.benchmark.contestant.Contestant.SLAB;
import static io.znsslab.core.benchmark.contestant.Contestant.SLAB_AS_ARENA_KEEP_HOT;
import static io.znsslab.core.benchmark.contestant.Contestant.SLAB_KEEP_HOT;
import static io.znsslab.core.benchmark.contestant.Contestant.SLAB_PRIMITIVES;
import static io.znsslab.core.benchmark.contestant.Contestant.TCMALLOC;

import io.znsslab.core.Reclamation;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.latency.TimedSection;
import io.znsslab.core.benchmark.workload.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The allocator's goals on two processors, with objects in slots of 128 bytes and every handle checked. Goals for times
 * are ratios within a run where they can be: absolute times differ too much between machines.
 */
final class Goals {
    private static final List<Contestant> PLAIN_MALLOCS = List.of(GLIBC, JEMALLOC, MIMALLOC, TCMALLOC);

    private Goals() {}

    static List<Goal> of(Settings settings) {
        List<Goal> goals = new ArrayList<>();
        for (Section section : settings.sections()) {
            switch (section) {
                case PAIRS -> {
                    goals.addAll(pairs(Scenario.FREED_AT_ONCE, "A", 1.15));
                    goals.addAll(pairs(Scenario.THOUSAND_LIVE, "B", 1.3));
                }
                case REQUESTS -> goals.addAll(requests());
                case KERNEL -> goals.addAll(kernel());
                case RESOLVE -> goals.addAll(resolve(settings.effort()));
                case DISCARD -> goals.addAll(discard());
                case LATENCY -> goals.addAll(latency());
                case FOOTPRINT -> goals.addAll(footprint());
                case HANDOVER, WARM_UP -> {
                    // These figures are reported without a goal.
                }
            }
        }
        return goals;
    }

    private static List<Goal> pairs(Scenario scenario, String name, double timesBare) {
        List<Goal> goals = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            FigureKey ours = FigureKey.rate(scenario, SLAB, threads);
            String title = name + ", " + ours.variant() + ": ";
            goals.add(ratio(title + "ours / bare", timesBare, ours, FigureKey.rate(scenario, BARE_CLASSED, threads)));
            goals.add(timesFaster(title, scenario, NETTY_ADAPTIVE, threads, 5));
            goals.add(timesFaster(title, scenario, NETTY_ADAPTIVE_CACHED, threads, 5));
            goals.add(timesFaster(title, scenario, CONFINED_ARENA, threads, 2));
            for (Contestant malloc : PLAIN_MALLOCS) {
                goals.add(timesFaster(title, scenario, malloc, threads, 1));
            }
        }
        goals.add(ratio(
                name + ": 2 threads / 1 thread",
                1.1,
                FigureKey.rate(scenario, SLAB, 2),
                FigureKey.rate(scenario, SLAB, 1)));
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
            goals.add(request(SLAB_PRIMITIVES, MIMALLOC, threads, 0.7));
            goals.add(request(SLAB_PRIMITIVES, MIMALLOC_CRITICAL, threads, 1));
            goals.add(request(SLAB_KEEP_HOT, MIMALLOC, threads, 1));
            goals.add(request(SLAB_AS_ARENA_KEEP_HOT, CONFINED_ARENA, threads, 0.5));
            goals.add(request(SLAB_KEEP_HOT, JEMALLOC, threads, 0.7));
            goals.add(request(SLAB_KEEP_HOT, CONFINED_ARENA, threads, 0.4));
            goals.add(request(SLAB_KEEP_HOT, NETTY_ADAPTIVE, threads, 0.2));
            // A steady stream of requests reuses its memory before the allocator gives it back.
            goals.add(request(SLAB, SLAB_KEEP_HOT, threads, 1.1));
        }
        for (Contestant ours : List.of(SLAB_PRIMITIVES, SLAB_KEEP_HOT, SLAB_AS_ARENA_KEEP_HOT)) {
            goals.add(Goal.atMost(
                    "request, 1 thread: " + ours.label() + ": larger / smaller of JMH's figure and the windows'",
                    1.2,
                    figures -> larger(figures.ratio(
                            FigureKey.jmh(Scenario.REQUEST, ours), FigureKey.rate(Scenario.REQUEST, ours, 1)))));
        }
        goals.addAll(domains());
        return goals;
    }

    private static Goal request(Contestant ours, Contestant peer, int threads, double share) {
        FigureKey figure = FigureKey.rate(Scenario.REQUEST, ours, threads);
        return ratio(
                "request, %s: %s / %s".formatted(figure.variant(), ours.label(), peer.label()),
                share,
                figure,
                FigureKey.rate(Scenario.REQUEST, peer, threads));
    }

    /** The ratio or its inverse, whichever is larger. */
    private static OptionalDouble larger(OptionalDouble ratio) {
        return ratio.stream().map(value -> Math.max(value, 1 / value)).max();
    }

    private static List<Goal> domains() {
        int few = JmhMeasurement.DOMAIN_OBJECTS.get(1);
        int more = JmhMeasurement.DOMAIN_OBJECTS.get(2);
        return List.of(
                Goal.atMost("an empty domain: ns", 60, figures -> figures.value(FigureKey.domain(0))),
                Goal.atMost(
                        "each further object in a domain: ns beyond a store to memory",
                        8,
                        figures -> difference(
                                slope(figures, FigureKey.domain(few), FigureKey.domain(more), more - few),
                                slope(figures, FigureKey.touch(few), FigureKey.touch(more), more - few))));
    }

    /** What one more object costs. */
    private static OptionalDouble slope(Figures figures, FigureKey few, FigureKey more, int objects) {
        return difference(figures.value(more), figures.value(few)).stream()
                .map(nanoseconds -> nanoseconds / objects)
                .max();
    }

    private static OptionalDouble difference(OptionalDouble one, OptionalDouble other) {
        return one.isEmpty() || other.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(one.getAsDouble() - other.getAsDouble());
    }

    private static List<Goal> kernel() {
        return Stream.of(SLAB_KEEP_HOT, SLAB_PRIMITIVES, SLAB_AS_ARENA_KEEP_HOT)
                .flatMap(ours -> Stream.of(KernelMeasurement.PAGE_FAULTS, KernelMeasurement.SYSTEM_CALLS)
                        .map(count -> Goal.atMost(
                                "%s of a request: %s".formatted(count, ours.label()),
                                0,
                                figures -> figures.value(FigureKey.kernel(ours, count)))))
                .toList();
    }

    private static List<Goal> resolve(Effort effort) {
        return JmhMeasurement.liveCounts(effort).stream()
                .map(live -> ratio(
                        "resolve and read, %,d live: ours / bare".formatted(live),
                        1.3,
                        FigureKey.resolve(live),
                        FigureKey.bareResolve(live)))
                .toList();
    }

    private static Goal ratio(String name, double limit, FigureKey ours, FigureKey other) {
        return Goal.atMost(name, limit, figures -> figures.ratio(ours, other));
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
            String title = "latency without clock, " + setting.label() + ": ";
            if (setting.hasManyLive()) {
                goals.add(Goal.atMost(
                        title + "pair p99.9, ours / best plain malloc",
                        1.2,
                        figures -> tailAgainstBestMalloc(figures, setting)));
            } else {
                for (TimedSection section : List.of(TimedSection.ALLOCATE, TimedSection.FREE)) {
                    goals.add(ratio(
                            title + section.label() + " p99.9 / middle",
                            2.3,
                            LatencyMeasurement.withoutClock(SLAB, setting, section, LatencyMeasurement.TAIL),
                            LatencyMeasurement.withoutClock(SLAB, setting, section, LatencyMeasurement.MIDDLE)));
                }
            }
        }
        return goals;
    }

    private static OptionalDouble tailAgainstBestMalloc(Figures figures, LatencySetting setting) {
        return PLAIN_MALLOCS.stream()
                .map(malloc -> figures.ratio(pairTail(SLAB, setting), pairTail(malloc, setting)))
                .flatMapToDouble(OptionalDouble::stream)
                .max();
    }

    private static FigureKey pairTail(Contestant contestant, LatencySetting setting) {
        return LatencyMeasurement.withoutClock(contestant, setting, TimedSection.PAIR, LatencyMeasurement.TAIL);
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
