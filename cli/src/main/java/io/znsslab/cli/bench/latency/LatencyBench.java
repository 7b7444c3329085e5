package io.znsslab.cli.bench.latency;

import io.znsslab.cli.bench.contestant.ClassCopy;
import io.znsslab.cli.bench.contestant.Contestant;
import io.znsslab.cli.bench.contestant.ObjectMemory;
import io.znsslab.cli.terminal.Progress;
import java.lang.invoke.MethodHandles;
import java.time.Duration;

/** Measures one contestant after the other, in the thread that calls. */
final class LatencyBench {
    private final LatencyPlan plan;
    private final Progress progress;

    LatencyBench(LatencyPlan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** The times of one contestant. */
    Times measure(Contestant contestant) {
        try (ObjectMemory memory = contestant.open()) {
            Times times = new Times();
            LatencyLoop loop = ClassCopy.of(MethodHandles.lookup(), TimedLoop.class, LatencyLoop.class, memory);
            loop.begin(plan, times);
            repeat(loop, contestant.label() + ": warming up, ms", plan.warmUp());
            times.reset();
            repeat(loop, contestant.label() + ": measuring, ms", plan.time());
            loop.end();
            return times;
        }
    }

    private void repeat(LatencyLoop loop, String phase, Duration time) {
        long begun = System.nanoTime();
        long passed = 0;
        do {
            progress.report(phase, passed / 1_000_000, time.toMillis());
            loop.turn();
            passed = System.nanoTime() - begun;
        } while (passed < time.toNanos());
    }
}
