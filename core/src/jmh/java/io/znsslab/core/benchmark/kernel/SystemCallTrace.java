package io.znsslab.core.benchmark.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Counts a thread's system calls with strace(1), which stops the thread at each of them and leaves it alone otherwise.
 */
final class SystemCallTrace {
    private static final String STRACE = "strace";
    private static final long SECONDS_TO_END = 10;

    private SystemCallTrace() {}

    /** Why system calls can't be counted here; empty if they can. */
    static Optional<String> obstacle() throws IOException, InterruptedException {
        try {
            Process version = new ProcessBuilder(STRACE, "-V")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return version.waitFor() == 0 ? Optional.empty() : Optional.of("strace -V failed");
        } catch (IOException _) {
            return Optional.of("not installed: apt install strace");
        }
    }

    /** System calls of a request, in a window of that length. */
    static double callsPerRequest(RequestThread thread, long milliseconds) throws IOException, InterruptedException {
        Path log = Files.createTempFile("zns-slab-strace", ".log");
        try {
            Process strace = new ProcessBuilder(STRACE, "-o", log.toString(), "-p", Long.toString(thread.id()))
                    .redirectErrorStream(true)
                    .start();
            long calls;
            double requests;
            try (var messages = strace.inputReader()) {
                // Its first message says that it has attached, or why it could not.
                String attached = messages.readLine();
                if (attached == null || !attached.contains("attached")) {
                    throw new IOException("strace could not attach to thread %d: %s".formatted(thread.id(), attached));
                }
                long from = thread.requests();
                TimeUnit.MILLISECONDS.sleep(milliseconds);
                requests = Math.max(1, thread.requests() - from);
                strace.destroy();
                if (!strace.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                    throw new IOException("strace did not end within %d s".formatted(SECONDS_TO_END));
                }
                calls = calls(Files.readAllLines(log));
            } finally {
                strace.destroyForcibly();
            }
            return calls / requests;
        } finally {
            Files.delete(log);
        }
    }

    /** A line for each call; those of signals and of strace's own begin with a mark. */
    private static long calls(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.isEmpty() && Character.isLetter(line.charAt(0)))
                .count();
    }
}
