package io.znsslab.cli.doctor;

import io.znsslab.cli.terminal.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The findings so far, in the order in which they were made. Used by one thread. */
final class Diagnosis {
    /** Stands for a remedy that is no single command. */
    static final String NO_REMEDY = null;

    private final List<Finding> findings = new ArrayList<>();
    private ExitCode exitCode = ExitCode.DONE;
    private Finding firstBlocking;

    Diagnosis() {}

    void ok(String name, String value) {
        add(name, State.OK, value, NO_REMEDY);
    }

    void warning(String name, String value, String remedy) {
        add(name, State.WARNING, value, remedy);
    }

    /** Something is missing without which the chosen device works all the same. */
    void lacking(String name, String value, String remedy) {
        add(name, State.LACKING, value, remedy);
    }

    /** The chosen device cannot be used because of this; the first such finding decides about the exit code. */
    void blocking(ExitCode code, String name, String value, String remedy) {
        Finding finding = new Finding(name, State.LACKING, true, oneLine(value), remedy);
        findings.add(finding);
        if (firstBlocking == null) {
            firstBlocking = finding;
            exitCode = code;
        }
    }

    private void add(String name, State state, String value, String remedy) {
        findings.add(new Finding(name, state, false, oneLine(value), remedy));
    }

    private static String oneLine(String value) {
        return value == null ? "" : value.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Why the chosen device cannot be used; empty where it can. */
    Optional<Finding> firstBlocking() {
        return Optional.ofNullable(firstBlocking);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
