package io.znsslab.core.benchmark.child;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class in a JVM with this one's class path and returns its answer. The first argument of the main class is
 * the file for the answer.
 */
public final class ChildJvm {
    /**
     * Options of every measurement's JVM, JMH's forks included.
     *
     * <p>The heap has a fixed size and its pages are touched beforehand, so that neither its growth nor the kernel's
     * part in it is measured. Netty runs as fast as it can: with {@code sun.misc.Unsafe}, which it does without on this
     * JDK by default, and without its leak sampling.
     */
    public static final List<String> OPTIONS = List.of(
            "-Xms2g",
            "-Xmx2g",
            "-XX:+AlwaysPreTouch",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.leakDetection.level=disabled");

    private static final String TUNABLES = "GLIBC_TUNABLES";
    // Thread-local space for a library that is loaded late; jemalloc can't be loaded without it.
    private static final String ROOM_FOR_JEMALLOC = "glibc.rtld.optional_static_tls=16384";
    private static final long MINUTES_AT_MOST = 20;
    private static final int LAST_LINES = 12;

    private ChildJvm() {}

    /**
     * Runs the measurement and waits for its answer.
     *
     * @param jvmOptions options besides {@link #OPTIONS}
     * @param arguments the arguments of the main class after the file's name
     * @throws ChildFailedException if the JVM failed, or took longer than {@value #MINUTES_AT_MOST} minutes
     */
    public static <T> T ask(Class<?> main, Class<T> answer, List<String> jvmOptions, Object... arguments)
            throws IOException, InterruptedException, ChildFailedException {
        Path folder = Files.createTempDirectory("zns-slab-benchmark");
        Path file = folder.resolve("answer.json");
        Path log = folder.resolve("log");
        try {
            List<String> command = command(main, jvmOptions, file, arguments);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putIfAbsent(TUNABLES, ROOM_FOR_JEMALLOC);
            await(builder.start(), command, log);
            return Answer.read(file, answer);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(log);
            Files.delete(folder);
        }
    }

    private static List<String> command(Class<?> main, List<String> jvmOptions, Path file, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        command.add(file.toString());
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return command;
    }

    private static void await(Process process, List<String> command, Path log)
            throws IOException, InterruptedException, ChildFailedException {
        try {
            if (!process.waitFor(MINUTES_AT_MOST, TimeUnit.MINUTES)) {
                throw failed("did not end within " + MINUTES_AT_MOST + " minutes", command, log);
            }
            if (process.exitValue() != 0) {
                throw failed("ended with status " + process.exitValue(), command, log);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static ChildFailedException failed(String how, List<String> command, Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        return new ChildFailedException("%s %s; its last output:%n%s"
                .formatted(String.join(" ", command), how, String.join(System.lineSeparator(), last)));
    }
}
