package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.Reclamation;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.micro.AllocateFreeBenchmark;
import io.znsslab.core.benchmark.micro.BareResolveBenchmark;
import io.znsslab.core.benchmark.micro.DiscardBenchmark;
import io.znsslab.core.benchmark.micro.DomainBenchmark;
import io.znsslab.core.benchmark.micro.RequestBenchmark;
import io.znsslab.core.benchmark.micro.ResolveBenchmark;
import io.znsslab.core.benchmark.workload.Scenario;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Benchmarks of JMH, with a fork for each contestant in each round.
 *
 * @param name its name in failure messages
 * @param options chooses the benchmarks and their parameters
 * @param expected number of results
 * @param keyOf the key under which a result is recorded
 */
record JmhMeasurement(String name, Supplied options, int expected, Function<BenchmarkParams, FigureKey> keyOf)
        implements Measurement {
    // Powers of ten from a thousand: from objects that fit in a first-level cache to objects that fit in none.
    private static final List<Integer> LIVE = IntStream.rangeClosed(3, 7)
            .mapToObj(power -> (int) Math.pow(10, power))
            .toList();

    /** The numbers of objects with which a domain is measured: none, a request's, and twice as many. */
    static final List<Integer> DOMAIN_OBJECTS = List.of(0, 40, 80);

    /** Makes new options for each run. */
    @FunctionalInterface
    interface Supplied {
        ChainedOptionsBuilder options();
    }

    /** The patterns of one thread. */
    static JmhMeasurement pairs(List<Contestant> contestants, Settings settings, Path log) {
        List<Scenario> scenarios = List.of(Scenario.FREED_AT_ONCE, Scenario.THOUSAND_LIVE, Scenario.CHURN);
        List<Contestant> able = contestants.stream()
                .filter(contestant -> scenarios.stream()
                        .allMatch(scenario -> scenario.exclusion(contestant).isEmpty()))
                .toList();
        return new JmhMeasurement(
                "pairs",
                () -> timed(AllocateFreeBenchmark.class, settings, log)
                        .param("contestant", names(able))
                        .param("scenario", names(scenarios))
                        .param("bytes", Integer.toString(settings.bytes())),
                able.size() * scenarios.size(),
                parameters -> FigureKey.jmh(
                        Scenario.valueOf(parameters.getParam("scenario")),
                        Contestant.valueOf(parameters.getParam("contestant"))));
    }

    /** The requests of one thread. */
    static JmhMeasurement requests(List<Contestant> contestants, Settings settings, Path log) {
        List<Contestant> able = contestants.stream()
                .filter(contestant -> Scenario.REQUEST.exclusion(contestant).isEmpty())
                .toList();
        return new JmhMeasurement(
                "requests",
                // A request is a lot of code: compiling it takes seconds on a machine with two processors.
                () -> timed(RequestBenchmark.class, settings, log)
                        .warmupIterations(8 * settings.effort().jmhIterations)
                        .param("contestant", names(able)),
                able.size(),
                parameters -> FigureKey.jmh(Scenario.REQUEST, Contestant.valueOf(parameters.getParam("contestant"))));
    }

    /** Domains with few and with more objects. */
    static JmhMeasurement domains(Settings settings, Path log) {
        return new JmhMeasurement(
                "domains",
                () -> timed(DomainBenchmark.class, settings, log)
                        .warmupIterations(8 * settings.effort().jmhIterations)
                        .param(
                                "objects",
                                DOMAIN_OBJECTS.stream().map(Object::toString).toArray(String[]::new)),
                2 * DOMAIN_OBJECTS.size(),
                parameters -> {
                    int objects = Integer.parseInt(parameters.getParam("objects"));
                    return parameters.getBenchmark().endsWith(".domain")
                            ? FigureKey.domain(objects)
                            : FigureKey.touch(objects);
                });
    }

    /** Reads by handle and by bare address. */
    static JmhMeasurement resolve(Settings settings, Path log) {
        List<Integer> live = liveCounts(settings.effort());
        return new JmhMeasurement(
                "resolve", () -> live(ResolveBenchmark.class, settings, log), 2 * live.size(), parameters -> {
                    int count = Integer.parseInt(parameters.getParam("live"));
                    return parameters.getBenchmark().endsWith(".resolveAndRead")
                            ? FigureKey.resolve(count)
                            : FigureKey.readByAddress(count);
                });
    }

    /** Reads by the bare algorithm's handles. */
    static JmhMeasurement bareResolve(Settings settings, Path log) {
        return new JmhMeasurement(
                "resolve by the bare algorithm",
                () -> live(BareResolveBenchmark.class, settings, log),
                liveCounts(settings.effort()).size(),
                parameters -> FigureKey.bareResolve(Integer.parseInt(parameters.getParam("live"))));
    }

    /** Discards. */
    static JmhMeasurement discard(Settings settings, Path log) {
        return new JmhMeasurement(
                "discard",
                () -> common(DiscardBenchmark.class, log)
                        .warmupIterations(5 * settings.effort().jmhIterations)
                        .measurementIterations(4 * settings.effort().jmhIterations),
                Reclamation.values().length,
                parameters -> FigureKey.discard(Reclamation.valueOf(parameters.getParam("reclamation"))));
    }

    /** The numbers of live objects at which a read is measured. */
    static List<Integer> liveCounts(Effort effort) {
        return LIVE.stream().filter(live -> live <= effort.largestLive).toList();
    }

    @Override
    public void measure(int round, Figures figures) {
        System.err.printf("  JMH: %s%n", name);
        try {
            Collection<RunResult> results = new Runner(options.options().build()).run();
            for (RunResult result : results) {
                figures.put(
                        keyOf.apply(result.getParams()),
                        round,
                        result.getPrimaryResult().getScore());
            }
            if (results.size() != expected) {
                figures.fail(
                        "%s: JMH gave %d results of %d; its log says why".formatted(name, results.size(), expected));
            }
        } catch (RunnerException e) {
            figures.fail("%s: JMH failed: %s".formatted(name, e.getMessage()));
        }
    }

    private static ChainedOptionsBuilder live(Class<?> benchmark, Settings settings, Path log) {
        return timed(benchmark, settings, log)
                .param(
                        "live",
                        liveCounts(settings.effort()).stream()
                                .map(Object::toString)
                                .toArray(String[]::new))
                .param("bytes", Integer.toString(settings.bytes()));
    }

    private static ChainedOptionsBuilder timed(Class<?> benchmark, Settings settings, Path log) {
        Effort effort = settings.effort();
        return common(benchmark, log)
                .warmupIterations(effort.jmhIterations)
                .warmupTime(TimeValue.milliseconds(effort.jmhMilliseconds))
                .measurementIterations(effort.jmhIterations)
                .measurementTime(TimeValue.milliseconds(effort.jmhMilliseconds));
    }

    private static ChainedOptionsBuilder common(Class<?> benchmark, Path log) {
        return new OptionsBuilder()
                .include(Pattern.quote(benchmark.getName() + "."))
                .jvmArgs(ChildJvm.OPTIONS.toArray(String[]::new))
                .forks(1)
                .shouldFailOnError(false)
                .output(log.toString());
    }

    private static String[] names(List<? extends Enum<?>> constants) {
        return constants.stream().map(Enum::name).toArray(String[]::new);
    }
}
