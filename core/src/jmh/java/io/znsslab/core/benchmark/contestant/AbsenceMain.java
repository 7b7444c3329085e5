package io.znsslab.core.benchmark.contestant;

import io.znsslab.core.benchmark.child.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Finds out which contestants can't be measured here, and why. Runs in a JVM with the options of the measurements. */
public final class AbsenceMain {
    private AbsenceMain() {}

    /**
     * The answer.
     *
     * @param reasons by contestant
     */
    public record Absences(Map<Contestant, String> reasons) {}

    /**
     * Writes {@link Absences}.
     *
     * @param arguments file for the answer
     */
    public static void main(String[] arguments) throws IOException {
        Map<Contestant, String> reasons = new EnumMap<>(Contestant.class);
        for (Contestant contestant : Contestant.values()) {
            contestant.absence().ifPresent(reason -> reasons.put(contestant, reason));
        }
        Answer.write(Path.of(arguments[0]), new Absences(reasons));
    }
}
