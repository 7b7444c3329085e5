package io.znsslab.core.benchmark.kernel;

import io.znsslab.core.benchmark.child.Answer;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.contestant.ObjectMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts for one contestant in a JVM of its own. */
public final class KernelMain {
    private static final int WINDOWS = 15;
    private static final long WINDOW_MILLISECONDS = 20;

    private KernelMain() {}

    /**
     * Measures and writes {@link KernelCalls}.
     *
     * @param arguments file for the answer, contestant, requests before the first window
     */
    public static void main(String[] arguments) throws Exception {
        KernelCalls calls;
        try (ObjectMemory memory = Contestant.valueOf(arguments[1]).open();
                RequestThread thread = new RequestThread(memory)) {
            warmUp(thread, Long.parseLong(arguments[2]));
            calls = count(thread);
        }
        Answer.write(Path.of(arguments[0]), calls);
    }

    private static void warmUp(RequestThread thread, long requests) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (thread.requests() < requests) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("%d of %d requests within a minute: the machine is too busy to measure"
                        .formatted(thread.requests(), requests));
            }
            TimeUnit.MILLISECONDS.sleep(WINDOW_MILLISECONDS);
        }
    }

    private static KernelCalls count(RequestThread thread) throws IOException, InterruptedException {
        double[] faults = new double[WINDOWS];
        double[] switches = new double[WINDOWS];
        for (int window = 0; window < WINDOWS; window++) {
            ThreadCounters before = ThreadCounters.of(thread.id());
            long from = thread.requests();
            TimeUnit.MILLISECONDS.sleep(WINDOW_MILLISECONDS);
            double requests = Math.max(1, thread.requests() - from);
            ThreadCounters after = ThreadCounters.of(thread.id());
            faults[window] = (after.pageFaults() - before.pageFaults()) / requests;
            switches[window] = (after.voluntarySwitches() - before.voluntarySwitches()) / requests;
        }
        Optional<String> obstacle = SystemCallTrace.obstacle();
        double[] calls = new double[WINDOWS];
        for (int window = 0; window < WINDOWS && obstacle.isEmpty(); window++) {
            calls[window] = SystemCallTrace.callsPerRequest(thread, WINDOW_MILLISECONDS);
        }
        return new KernelCalls(
                median(faults),
                median(switches),
                obstacle.isPresent() ? null : Double.valueOf(median(calls)),
                obstacle.orElse(null));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
