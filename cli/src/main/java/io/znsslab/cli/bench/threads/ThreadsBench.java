package io.znsslab.cli.bench.threads;

import io.znsslab.cli.bench.contestant.Contestant;
import io.znsslab.cli.bench.contestant.ObjectMemory;
import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.contestant.Pattern;
import io.znsslab.cli.bench.contestant.Work;
import io.znsslab.cli.bench.contestant.WorkLoop;
import io.znsslab.cli.bench.crew.Crew;
import io.znsslab.cli.bench.crew.ThreadCounts;
import io.znsslab.cli.terminal.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measures one contestant after the other, each with more and more threads. */
final class ThreadsBench {
    /**
     * What is measured.
     *
     * @param threads the largest number of threads
     * @param pattern the order in which objects come and go
     * @param live objects of each thread that live at a time, at most
     * @param sizes of the objects
     * @param seed of sizes and orders
     * @param warmUp time before the clock counts, for each figure
     * @param time for each figure
     */
    record Plan(int threads, Pattern pattern, int live, ObjectSizes sizes, long seed, Duration warmUp, Duration time) {}

    private final Plan plan;
    private final Progress progress;

    ThreadsBench(Plan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** A row for each number of threads. */
    List<ThreadsReport.Row> measure(Contestant contestant) throws InterruptedException {
        List<ThreadsReport.Row> rows = new ArrayList<>();
        try (ObjectMemory memory = contestant.open()) {
            WorkLoop loop = WorkLoop.on(memory);
            double alone = 0;
            for (int threads : ThreadCounts.upTo(plan.threads())) {
                progress.report(contestant.label() + ": threads", threads, plan.threads());
                List<Done> done =
                        new Crew<Done>().run(threads, plan.warmUp(), plan.time(), thread -> new Worker(loop, thread));
                double perSecond = done.stream().mapToDouble(Done::perSecond).sum();
                alone = threads == 1 ? perSecond : alone;
                rows.add(new ThreadsReport.Row(
                        contestant.label(),
                        threads,
                        perSecond,
                        done.stream().mapToDouble(Done::nanosPerPair).average().orElseThrow(),
                        done.stream().map(Done::nanosPerPair).toList(),
                        perSecond / alone));
            }
        }
        return rows;
    }

    /** What one thread did. */
    private record Done(long pairs, long nanos) {
        double perSecond() {
            return pairs * 1e9 / nanos;
        }

        double nanosPerPair() {
            return (double) nanos / pairs;
        }
    }

    private final class Worker implements Crew.Member<Done> {
        private final WorkLoop loop;
        private final Work work;
        private long pairs;
        private long begun;

        Worker(WorkLoop loop, int thread) {
            this.loop = loop;
            work = new Work(plan.pattern(), plan.live(), plan.sizes(), plan.seed() + thread);
            loop.begin(work);
        }

        @Override
        public void work() {
            pairs += loop.batch(work);
        }

        @Override
        public void start() {
            pairs = 0;
            begun = System.nanoTime();
        }

        @Override
        public Done stop() {
            Done done = new Done(pairs, Math.max(1, System.nanoTime() - begun));
            loop.end(work);
            return done;
        }
    }
}
