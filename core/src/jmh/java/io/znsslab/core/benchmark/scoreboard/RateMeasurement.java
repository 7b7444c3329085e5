package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.rate.Rate;
import io.znsslab.core.benchmark.rate.RateMain;
import io.znsslab.core.benchmark.workload.Scenario;
import java.io.IOException;
import java.util.List;

/** A scenario with each of its thread counts; the contestants take turns within each. */
record RateMeasurement(Scenario scenario, List<Contestant> contestants, Settings settings) implements Measurement {
    @Override
    public void measure(int round, Figures figures) throws IOException, InterruptedException {
        for (int threads : scenario.threadCounts()) {
            System.err.printf("  %s, %d thread(s)%n", scenario, threads);
            for (Contestant contestant : contestants) {
                if (scenario.exclusion(contestant).isEmpty()) {
                    measure(round, figures, contestant, threads);
                }
            }
        }
    }

    private void measure(int round, Figures figures, Contestant contestant, int threads)
            throws IOException, InterruptedException {
        FigureKey key = FigureKey.rate(scenario, contestant, threads);
        try {
            Rate rate = ChildJvm.ask(
                    RateMain.class,
                    Rate.class,
                    List.of(),
                    contestant,
                    scenario,
                    threads,
                    settings.bytes(),
                    settings.effort().rateWarmUpMilliseconds,
                    settings.effort().rateMilliseconds);
            figures.put(key, round, rate.nanoseconds());
            figures.put(
                    new FigureKey(key.measure(), contestant, key.variant() + ", all windows"),
                    round,
                    rate.allWindowsNanoseconds());
            if (rate.acceptedWindows() == 0) {
                figures.markDisturbed(key);
            }
        } catch (ChildFailedException e) {
            figures.fail("%s, %s, %d threads: %s".formatted(scenario, contestant, threads, e.getMessage()));
        }
    }
}
