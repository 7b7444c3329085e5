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
     *     whether a hundred thousand objects live or a thousand, what another thread does meanwhile
     */
    public static void main(String[] arguments) throws Exception {
        Contestant contestant = Contestant.valueOf(arguments[1]);
        int bytes = Integer.parseInt(arguments[2]);
        long warmUp = Long.parseLong(arguments[3]);
        long measure = Long.parseLong(arguments[4]);
        Companion companion = Companion.valueOf(arguments[6]);
        Latencies latencies;
        try (ObjectMemory memory = companion == Companion.DEMOTIONS ? contestant.openWithTier() : contestant.open();
                AutoCloseable _ = companion.start(memory)) {
            latencies = Boolean.parseBoolean(arguments[5])
                    ? new LatencyUnderChurn(memory, bytes).measure(warmUp, measure)
                    : new LatencyOfFillAndDrain(memory, bytes).measure(warmUp, measure);
        }
        Answer.write(Path.of(arguments[0]), latencies);
    }
}
