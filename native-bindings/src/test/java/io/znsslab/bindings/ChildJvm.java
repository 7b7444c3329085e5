package io.znsslab.bindings;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of the tests in a JVM of its own, for operations that a process can do only once. */
final class ChildJvm {

    private ChildJvm() {}

    record Result(int exitCode, String output) {}

    static Result run(List<String> options, Class<?> main, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        all.addAll(options);
        return runWithoutNativeAccess(all, main, arguments);
    }

    /** The same in a JVM that has not been told that native calls are wanted. */
    static Result runWithoutNativeAccess(List<String> options, Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
