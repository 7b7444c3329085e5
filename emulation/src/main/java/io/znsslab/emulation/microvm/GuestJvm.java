package io.znsslab.emulation.microvm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that starts a JVM in a guest: this process's own JVM, which the guest sees under the same path, with
 * flags that suit emulated processors.
 */
public final class GuestJvm {
    /**
     * One collector thread and the quick compiler, because a JVM in the guest spends its time on compiling; huge pages,
     * because each miss of the emulated address cache is expensive; no file in {@code /tmp}, because no monitoring tool
     * runs in the guest; and crash reports in a folder that outlives the guest.
     */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseTransparentHugePages",
            "-XX:-UsePerfData",
            "-XX:+ErrorFileToStdout");

    private GuestJvm() {}

    /**
     * The first words of a {@link GuestTask}'s command.
     *
     * @param arguments the arguments after the flags: class or module path, main class, and so on
     */
    public static List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(arguments);
        return command;
    }
}
