package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.latency.Distribution;
import io.znsslab.core.benchmark.latency.Latencies;
import io.znsslab.core.benchmark.latency.LatencyMain;
import io.znsslab.core.benchmark.latency.TimedSection;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The distributions of single operations in every setting. */
record LatencyMeasurement(List<Contestant> contestants, Settings settings) implements Measurement {
    /** The mean of the middle half, in the place of a median that the clock is too coarse for. */
    static final String MIDDLE = "middle";

    static final String TAIL = "p99.9";

    /** Marks a percentile less the same percentile of the empty section, but at least a nanosecond. */
    private static final String WITHOUT_CLOCK = " without clock";

    @Override
    public void measure(int round, Figures figures) throws IOException, InterruptedException {
        for (LatencySetting setting : LatencySetting.values()) {
            System.err.printf("  %s%n", setting.label());
            for (Contestant contestant : contestants) {
                if (setting.includes(contestant)) {
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
                    setting.hasManyLive(),
                    setting.companion());
            Distribution clock = latencies.sections().get(TimedSection.EMPTY);
            latencies.sections().forEach((section, distribution) -> {
                note(round, figures, setting, contestant, section, distribution);
                if (section != TimedSection.EMPTY) {
                    figures.put(
                            withoutClock(contestant, setting, section, MIDDLE),
                            round,
                            Math.max(1.0, distribution.middle() - clock.middle()));
                    figures.put(withoutClock(contestant, setting, section, TAIL), round, (double)
                            Math.max(1, distribution.p999() - clock.p999()));
                }
            });
        } catch (ChildFailedException e) {
            figures.fail("latency, %s, %s: %s".formatted(setting.label(), contestant, e.getMessage()));
        }
    }

    private static void note(
            int round,
            Figures figures,
            LatencySetting setting,
            Contestant contestant,
            TimedSection section,
            Distribution distribution) {
        Map<String, Long> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", distribution.p50());
        percentiles.put("p99", distribution.p99());
        percentiles.put("p99.9", distribution.p999());
        percentiles.put("p99.99", distribution.p9999());
        percentiles.put("max", distribution.max());
        percentiles.forEach((percentile, nanoseconds) ->
                figures.put(FigureKey.latency(contestant, setting, section.label() + " " + percentile), round, (double)
                        nanoseconds));
    }

    /** The {@link #MIDDLE} or {@link #TAIL} of a section, with the clock's own distribution taken off. */
    static FigureKey withoutClock(
            Contestant contestant, LatencySetting setting, TimedSection section, String percentile) {
        return FigureKey.latency(contestant, setting, section.label() + " " + percentile + WITHOUT_CLOCK);
    }
}
