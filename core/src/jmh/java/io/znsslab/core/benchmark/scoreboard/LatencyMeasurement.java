package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.latency.Distribution;
import io.znsslab.core.benchmark.latency.Latencies;
import io.znsslab.core.benchmark.latency.LatencyMain;
import io.znsslab.core.benchmark.workload.Scenario;
import java.io.IOException;
import java.util.List;

/** The distributions of all contestants under churn, in every setting. */
record LatencyMeasurement(List<Contestant> contestants, Settings settings) implements Measurement {
    /** The 99.9th percentile of a pair ÷ its median, each less the median of the empty section. */
    static final String TAIL = "pair p99.9 / p50 without timer";

    @Override
    public void measure(int round, Figures figures) throws IOException, InterruptedException {
        for (LatencySetting setting : LatencySetting.values()) {
            System.err.printf("  %s%n", setting.label());
            for (Contestant contestant : contestants) {
                if (Scenario.CHURN.exclusion(contestant).isEmpty()) {
                    measure(round, figures, setting, contestant);
                }
            }
        }
    }

    private void measure(int round, Figures figures, LatencySetting setting, Contestant contestant)
            throws IOException, InterruptedException {
        try {
            Latencies latencies = ChildJvm.ask(
                    LatencyMain.class,
                    Latencies.class,
                    setting.jvmOptions(),
                    contestant,
                    settings.bytes(),
                    settings.effort().latencyWarmUpMilliseconds,
                    settings.effort().latencyMilliseconds,
                    setting.hasGarbage());
            note(round, figures, setting, contestant, "empty", latencies.empty());
            note(round, figures, setting, contestant, "pair", latencies.pair());
            note(round, figures, setting, contestant, "allocate", latencies.allocate());
            note(round, figures, setting, contestant, "free", latencies.free());
            double timer = latencies.empty().p50();
            double median = latencies.pair().p50() - timer;
            if (median > 0) {
                figures.put(
                        FigureKey.latency(contestant, setting, TAIL),
                        round,
                        (latencies.pair().p999() - timer) / median);
            }
        } catch (ChildFailedException e) {
            figures.fail("latency, %s, %s: %s".formatted(setting.label(), contestant, e.getMessage()));
        }
    }

    private static void note(
            int round,
            Figures figures,
            LatencySetting setting,
            Contestant contestant,
            String section,
            Distribution distribution) {
        figures.put(FigureKey.latency(contestant, setting, section + " p50"), round, (double) distribution.p50());
        figures.put(FigureKey.latency(contestant, setting, section + " p99"), round, (double) distribution.p99());
        figures.put(FigureKey.latency(contestant, setting, section + " p99.9"), round, (double) distribution.p999());
        figures.put(FigureKey.latency(contestant, setting, section + " p99.99"), round, (double) distribution.p9999());
        figures.put(FigureKey.latency(contestant, setting, section + " max"), round, (double) distribution.max());
    }
}
