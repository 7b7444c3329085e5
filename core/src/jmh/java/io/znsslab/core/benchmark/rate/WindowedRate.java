package io.znsslab.core.benchmark.rate;

import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Scenario;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Runs a scenario's threads and measures them in windows: see the package. */
public final class WindowedRate {
    private static final long WINDOW_MILLISECONDS = 20;
    private static final int RESTING_WINDOWS = 5;
    private static final int STEADY_WINDOWS = 25;
    /** A rate counts as faster than the best so far only if it is so by at least this factor. */
    private static final double STEADY = 0.95;

    // Less than a whole processor, because reading the clocks of several threads takes time too.
    private static final double WHOLE_PROCESSOR = 0.96;

    private final Scenario scenario;
    private final List<Worker> workers;
    private final List<Thread> threads;
    private final int processors;
    private final ThreadMXBean clocks = ManagementFactory.getThreadMXBean();
    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();

    private WindowedRate(Scenario scenario, ObjectMemory memory, int threadCount, int bytes) {
        this.scenario = scenario;
        this.workers = scenario.crew(memory, threadCount, bytes).stream()
                .map(Worker::new)
                .toList();
        this.threads = workers.stream()
                .map(worker -> Thread.ofPlatform().daemon().name("worker-", 0).unstarted(worker))
                .toList();
        this.processors = Math.min(threadCount, Runtime.getRuntime().availableProcessors());
    }

    /**
     * Measures the rate.
     *
     * @param memory the contestant's memory, which the caller closes
     * @param threadCount one of the scenario's thread counts
     * @param bytes size of an object
     * @param warmUpMilliseconds each thread's own processor time before the first window
     * @param measureMilliseconds length of all windows together
     */
    public static Rate measure(
            Scenario scenario,
            ObjectMemory memory,
            int threadCount,
            int bytes,
            long warmUpMilliseconds,
            long measureMilliseconds)
            throws InterruptedException {
        WindowedRate measurement = new WindowedRate(scenario, memory, threadCount, bytes);
        measurement.threads.forEach(Thread::start);
        try {
            measurement.warmUp(warmUpMilliseconds);
            return measurement.watch(measureMilliseconds);
        } finally {
            measurement.workers.forEach(Worker::stop);
            for (Thread thread : measurement.threads) {
                thread.join();
            }
        }
    }

    /**
     * Waits until every thread has worked for that long by its own clock, the compiler has been idle, and the rate has
     * not risen for a while. On a busy machine a wait for some time alone would guarantee neither, and the compiler
     * compiles rarely called code late.
     *
     * @throws IllegalStateException if these conditions are not met within a minute
     */
    private void warmUp(long milliseconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        int restingWindows = 0;
        int steadyWindows = 0;
        double best = Double.MAX_VALUE;
        while (restingWindows < RESTING_WINDOWS || steadyWindows < STEADY_WINDOWS || !haveWorked(milliseconds)) {
            long compiling = compiler.getTotalCompilationTime();
            Window window = openWindow();
            TimeUnit.MILLISECONDS.sleep(WINDOW_MILLISECONDS);
            Window closed = window.closed(openWindow());
            restingWindows = compiler.getTotalCompilationTime() == compiling ? restingWindows + 1 : 0;
            if (closed.operations > 0) {
                double cost = (double) closed.nanoseconds / closed.operations;
                steadyWindows = cost < best * STEADY ? 0 : steadyWindows + 1;
                best = Math.min(best, cost);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        ("%s: %d threads were not warm within a minute, after %d operations: the machine is too "
                                        + "busy to measure")
                                .formatted(scenario, threads.size(), operations()));
            }
        }
    }

    private boolean haveWorked(long milliseconds) {
        return threads.stream()
                .allMatch(thread ->
                        clocks.getThreadCpuTime(thread.threadId()) >= TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    private Rate watch(long milliseconds) throws InterruptedException {
        List<Double> accepted = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (System.nanoTime() < end) {
            Window window = openWindow();
            TimeUnit.MILLISECONDS.sleep(WINDOW_MILLISECONDS);
            Window closed = window.closed(openWindow());
            if (closed.operations > 0) {
                double cost =
                        (double) closed.nanoseconds * processors / scenario.threadsPerOperation() / closed.operations;
                all.add(cost);
                if (hadTheProcessors(closed)) {
                    accepted.add(cost);
                }
            }
        }
        if (all.isEmpty()) {
            throw new IllegalStateException(
                    "%s: not one operation was finished in %d ms".formatted(scenario, milliseconds));
        }
        List<Double> counting = accepted.isEmpty() ? all : accepted;
        return new Rate(
                median(counting),
                counting.stream().min(Double::compare).orElseThrow(),
                median(all),
                all.size(),
                accepted.size());
    }

    /**
     * With a processor for each thread, each thread must have had one; with fewer processors, all threads together must
     * have had all of them.
     */
    private boolean hadTheProcessors(Window window) {
        if (threads.size() == processors) {
            return window.cpuNanoseconds.stream().allMatch(cpu -> cpu > WHOLE_PROCESSOR * window.nanoseconds);
        }
        return window.cpuNanoseconds.stream().mapToLong(Long::longValue).sum()
                > WHOLE_PROCESSOR * window.nanoseconds * processors;
    }

    private Window openWindow() {
        List<Long> cpu = threads.stream()
                .map(thread -> clocks.getThreadCpuTime(thread.threadId()))
                .toList();
        return new Window(System.nanoTime(), operations(), cpu);
    }

    private long operations() {
        return workers.stream().mapToLong(Worker::operations).sum();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    /** Clocks and counters at a moment, or their differences between two moments. */
    private record Window(long nanoseconds, long operations, List<Long> cpuNanoseconds) {
        Window closed(Window later) {
            List<Long> cpu = IntStream.range(0, cpuNanoseconds.size())
                    .mapToObj(thread -> later.cpuNanoseconds.get(thread) - cpuNanoseconds.get(thread))
                    .toList();
            return new Window(later.nanoseconds - nanoseconds, later.operations - operations, cpu);
        }
    }
}
