package io.znsslab.emulation.microvm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM in a guest: the one this process runs on, since the guest sees it under the same path, with what suits emulated
 * processors.
 */
public final class GuestJvm {
    /**
     * One collector thread and the quick compiler, because compiling is what a JVM in the guest spends its time on;
     * huge pages, because every miss of the emulated address cache is dear; no file in {@code /tmp} for tools that
     * nobody runs there; and the report of a crash where it outlives the guest.
     */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseTransparentHugePages",
            "-XX:-UsePerfData",
            "-XX:+ErrorFileToStdout");

    private GuestJvm() {}

    /**
     * The start of a {@link GuestTask}'s command.
     *
     * @param arguments what follows the flags: class or module path, main class, and so on
     */
    public static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(arguments);
        return command;
    }
}
