package io.znsslab.core.benchmark.warmup;

import io.znsslab.core.benchmark.child.Answer;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Requests;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Serves one contestant's requests in a JVM of its own, from its first moment. */
public final class WarmUpMain {
    private WarmUpMain() {}

    /**
     * Measures and writes a {@link WarmUp}.
     *
     * @param arguments file for the answer, contestant, seconds
     */
    public static void main(String[] arguments) throws Exception {
        long start = System.nanoTime();
        long[] served = new long[Integer.parseInt(arguments[2])];
        try (ObjectMemory memory = Contestant.valueOf(arguments[1]).open()) {
            Requests requests = new Requests(memory);
            int second = 0;
            while (second < served.length) {
                served[second] += requests.run();
                second = (int) TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            }
        }
        Answer.write(
                Path.of(arguments[0]), new WarmUp(Arrays.stream(served).boxed().toList()));
    }
}
