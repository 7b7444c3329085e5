package io.znsslab.core.benchmark.latency;

import io.znsslab.core.benchmark.child.Answer;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.contestant.ObjectMemory;
import java.nio.file.Path;

/** Measures one contestant's distributions in a JVM of its own. */
public final class LatencyMain {
    private LatencyMain() {}

    /**
     * Measures and writes {@link Latencies}.
     *
     * @param arguments file for the answer, contestant, bytes, milliseconds of warm-up, milliseconds of measuring,
     *     whether another thread makes garbage
     */
    public static void main(String[] arguments) throws Exception {
        try (GarbageMaker garbage = new GarbageMaker();
                ObjectMemory memory = Contestant.valueOf(arguments[1]).open()) {
            if (Boolean.parseBoolean(arguments[5])) {
                garbage.start();
            }
            Latencies latencies = new LatencyUnderChurn(memory, Integer.parseInt(arguments[2]))
                    .measure(Long.parseLong(arguments[3]), Long.parseLong(arguments[4]));
            Answer.write(Path.of(arguments[0]), latencies);
        }
    }
}
