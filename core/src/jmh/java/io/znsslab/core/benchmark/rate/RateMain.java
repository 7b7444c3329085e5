package io.znsslab.core.benchmark.rate;

import io.znsslab.core.benchmark.child.Answer;
import io.znsslab.core.benchmark.contestant.Contestant;
import io.znsslab.core.benchmark.contestant.ObjectMemory;
import io.znsslab.core.benchmark.workload.Scenario;
import java.nio.file.Path;

/** Measures one contestant in one scenario, in a JVM of its own. */
public final class RateMain {
    private RateMain() {}

    /**
     * Measures and writes a {@link Rate}.
     *
     * @param arguments file for the answer, contestant, scenario, threads, bytes, milliseconds of warm-up, milliseconds
     *     of measuring
     */
    public static void main(String[] arguments) throws Exception {
        Scenario scenario = Scenario.valueOf(arguments[2]);
        try (ObjectMemory memory = Contestant.valueOf(arguments[1]).open()) {
            Rate rate = WindowedRate.measure(
                    scenario,
                    memory,
                    Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]),
                    Long.parseLong(arguments[5]),
                    Long.parseLong(arguments[6]));
            Answer.write(Path.of(arguments[0]), rate);
        }
    }
}
