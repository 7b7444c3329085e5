package io.znsslab.emulation.host;

import io.znsslab.emulation.EmulationException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs a program of the host to its end and returns its output. Stateless; any thread. */
public final class HostCommand {
    private static final int SHOWN_LINES = 5;

    private HostCommand() {}

    /**
     * The result of a program that has ended.
     *
     * @param status its exit status
     * @param output what the program wrote to its standard output and error, in the order of writing
     */
    public record Result(int status, String output) {
        /** The last lines of the output on one line, for an error message. */
        public String lastLines() {
            List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        }

        /** The lines in which apt reports errors, on one line; the last lines of the output where there are none. */
        public String errors() {
            String errors = String.join(
                    " | ", output.lines().filter(line -> line.startsWith("E:")).toList());
            return errors.isEmpty() ? lastLines() : errors;
        }
    }

    /**
     * Runs a program with an untranslated locale and no standard input.
     *
     * @throws EmulationException when it can't be started
     */
    public static Result run(Path directory, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        try {
            Process process = builder.start();
            try {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Result(process.waitFor(), output);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EmulationException("Interrupted while running " + String.join(" ", command), e);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new EmulationException("Cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs a program that has to succeed.
     *
     * @return what it printed
     * @throws EmulationException when it can't be started or ends with a status other than 0
     */
    public static String require(Path directory, List<String> command) {
        Result result = run(directory, command);
        if (result.status() != 0) {
            throw new EmulationException(
                    String.join(" ", command) + " ended with status " + result.status() + ": " + result.lastLines());
        }
        return result.output();
    }

    /** The program of this name, from the search path or the folders of system tools, which a user's path may lack. */
    public static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(
                        Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Whether this process runs as root: it may then install packages and load kernel modules. */
    public static boolean isRoot() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new EmulationException("Cannot tell the user of this process from /proc/self: " + e.getMessage(), e);
        }
    }
}
