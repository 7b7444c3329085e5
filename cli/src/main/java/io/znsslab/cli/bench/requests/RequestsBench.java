package io.znsslab.cli.bench.requests;

import io.znsslab.cli.bench.contestant.ObjectSizes;
import io.znsslab.cli.bench.crew.Crew;
import io.znsslab.cli.bench.crew.ThreadCounts;
import io.znsslab.cli.terminal.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Measures one contestant after the other, each with more and more threads. */
final class RequestsBench {
    /** Requests that differ in their sizes, and what a thread does between two looks at whether to stop. */
    private static final int REQUESTS = 16;

    /** strace is attached for so long at most. */
    private static final Duration LONGEST_TRACE = Duration.ofMillis(300);

    /**
     * What is measured.
     *
     * @param threads the largest number of threads
     * @param objects of a request
     * @param sizes of the objects
     * @param seed of the sizes
     * @param warmUp time before the clock counts, for each figure
     * @param time for each figure
     */
    record Plan(int threads, int objects, ObjectSizes sizes, long seed, Duration warmUp, Duration time) {}

    private final Plan plan;
    private final Progress progress;
    private final int[] sizes;

    RequestsBench(Plan plan, Progress progress) {
        this.plan = plan;
        this.progress = progress;
        sizes = plan.sizes().sequence(REQUESTS * plan.objects(), plan.seed());
    }

    /** A row for each number of threads. */
    List<RequestsReport.Row> measure(RequestMemory memory) throws InterruptedException {
        List<RequestsReport.Row> rows = new ArrayList<>();
        try (RequestMemory.Source source = memory.source(
                plan.threads(), (long) plan.objects() * (plan.sizes().largest() + 16))) {
            RequestLoop loop = RequestLoop.on(source);
            double alone = 0;
            for (int threads : ThreadCounts.upTo(plan.threads())) {
                progress.report(memory.label() + ": threads", threads, plan.threads());
                List<Served> served =
                        new Crew<Served>().run(threads, plan.warmUp(), plan.time(), thread -> new Server(loop));
                double perSecond =
                        served.stream().mapToDouble(Served::perSecond).sum();
                alone = threads == 1 ? perSecond : alone;
                rows.add(row(memory, threads, served, perSecond, perSecond / alone));
            }
            SystemCalls.Counted calls = systemCalls(loop);
            rows.replaceAll(row -> row.withSystemCalls(calls));
        }
        return rows;
    }

    private RequestsReport.Row row(
            RequestMemory memory, int threads, List<Served> served, double perSecond, double scaling) {
        double requests = served.stream().mapToLong(Served::requests).sum();
        return new RequestsReport.Row(
                memory.label(),
                threads,
                perSecond,
                served.stream().mapToDouble(Served::nanosPerRequest).average().orElseThrow(),
                scaling,
                served.stream().mapToLong(each -> each.usage.pageFaults()).sum() / requests,
                served.stream().mapToLong(each -> each.usage.switches()).sum() / requests,
                served.stream().mapToLong(each -> each.usage.systemNanos()).sum() / requests,
                null,
                null);
    }

    /** Counts on a thread of its own, which is warm by then. */
    private SystemCalls.Counted systemCalls(RequestLoop loop) throws InterruptedException {
        progress.report("system calls of requests, ms", 0, LONGEST_TRACE.toMillis());
        CompletableFuture<Long> id = new CompletableFuture<>();
        CompletableFuture<Void> stop = new CompletableFuture<>();
        AtomicLong served = new AtomicLong();
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                id.complete(ownId());
                while (!stop.isDone()) {
                    serveAll(loop);
                    served.setOpaque(served.getPlain() + REQUESTS);
                }
            } catch (RuntimeException e) {
                id.completeExceptionally(e);
            }
        });
        try {
            Duration time = plan.time().compareTo(LONGEST_TRACE) < 0 ? plan.time() : LONGEST_TRACE;
            return SystemCalls.count(id.join(), served::getOpaque, time);
        } finally {
            stop.complete(null);
            thread.join();
        }
    }

    /** The kernel's number for the calling thread. */
    private static long ownId() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                    .getFileName()
                    .toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/thread-self", e);
        }
    }

    private void serveAll(RequestLoop loop) {
        for (int request = 0; request < REQUESTS; request++) {
            loop.serve(sizes, request * plan.objects(), plan.objects());
        }
    }

    /** What one thread did. */
    private record Served(long requests, long nanos, ThreadUsage usage) {
        double perSecond() {
            return requests * 1e9 / nanos;
        }

        double nanosPerRequest() {
            return (double) nanos / requests;
        }
    }

    private final class Server implements Crew.Member<Served> {
        private final RequestLoop loop;
        private long requests;
        private long begun;
        private ThreadUsage before;

        Server(RequestLoop loop) {
            this.loop = loop;
        }

        @Override
        public void work() {
            serveAll(loop);
            requests += REQUESTS;
        }

        @Override
        public void start() {
            before = ThreadUsage.now();
            requests = 0;
            begun = System.nanoTime();
        }

        @Override
        public Served stop() {
            long nanos = Math.max(1, System.nanoTime() - begun);
            return new Served(requests, nanos, ThreadUsage.now().since(before));
        }
    }
}
