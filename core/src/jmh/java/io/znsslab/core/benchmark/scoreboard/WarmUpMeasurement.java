package io.znsslab.core.benchmark.scoreboard;

import io.znsslab.core.benchmark.child.ChildFailedException;
import io.znsslab.core.benchmark.child.ChildJvm;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.warmup.WarmUp;
import io.znsslab.core.benchmark.warmup.WarmUpMain;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The requests of the first seconds of a new JVM, of some contestants, since each takes all these seconds. */
record WarmUpMeasurement(List<Contestant> contestants, Settings settings) implements Measurement {
    private static final Set<Contestant> MEASURED = EnumSet.of(
            Contestant.SLAB,
            Contestant.SLAB_KEEP_HOT,
            Contestant.SLAB_PRIMITIVES,
            Contestant.SLAB_AS_ARENA_KEEP_HOT,
            Contestant.BARE_PACKED,
            Contestant.GLIBC,
            Contestant.MIMALLOC);

    static boolean includes(Contestant contestant) {
        return MEASURED.contains(contestant);
    }

    @Override
    public void measure(int round, Figures figures) throws IOException, InterruptedException {
        for (Contestant contestant : contestants) {
            if (includes(contestant)) {
                measure(round, figures, contestant);
            }
        }
    }

    private void measure(int round, Figures figures, Contestant contestant) throws IOException, InterruptedException {
        try {
            WarmUp warmUp =
                    ChildJvm.ask(WarmUpMain.class, WarmUp.class, List.of(), contestant, settings.effort().firstSeconds);
            List<Long> served = warmUp.requestsBySecond();
            for (int second = 1; second <= served.size(); second++) {
                figures.put(FigureKey.warmUp(contestant, second), round, (double) served.get(second - 1));
            }
        } catch (ChildFailedException e) {
            figures.fail("warm-up, %s: %s".formatted(contestant, e.getMessage()));
        }
    }
}
