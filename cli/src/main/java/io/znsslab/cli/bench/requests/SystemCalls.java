package io.znsslab.cli.bench.requests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts a thread's system calls with strace(1), which stops the thread at each of them and leaves it alone otherwise.
 * No figure of getrusage(2) has them.
 */
final class SystemCalls {
    private static final String STRACE = "strace";
    private static final long SECONDS_TO_END = 10;

    private SystemCalls() {}

    /**
     * What was counted.
     *
     * @param perRequest system calls of a request; empty if they could not be counted
     * @param obstacle why not
     */
    record Counted(Optional<Double> perRequest, Optional<String> obstacle) {
        static Counted not(String why) {
            return new Counted(Optional.empty(), Optional.of(why));
        }
    }

    /**
     * Counts for a time.
     *
     * @param thread the kernel's number for it
     * @param requests how many it has served so far
     */
    static Counted count(long thread, LongSupplier requests, Duration time) throws InterruptedException {
        try {
            Path log = Files.createTempFile("zns-slab-strace", ".log");
            try {
                return count(thread, requests, time, log);
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            return Counted.not("strace cannot be run (apt install strace): " + e.getMessage());
        }
    }

    private static Counted count(long thread, LongSupplier requests, Duration time, Path log)
            throws IOException, InterruptedException {
        Process strace = new ProcessBuilder(STRACE, "-o", log.toString(), "-p", Long.toString(thread))
                .redirectErrorStream(true)
                .start();
        try (var messages = strace.inputReader()) {
            // Its first message says that it has attached, or why it could not.
            String attached = messages.readLine();
            if (attached == null || !attached.contains("attached")) {
                return Counted.not("strace could not attach: " + attached);
            }
            long from = requests.getAsLong();
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
            double served = Math.max(1, requests.getAsLong() - from);
            strace.destroy();
            if (!strace.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                return Counted.not("strace did not end within " + SECONDS_TO_END + " s");
            }
            return new Counted(Optional.of(calls(Files.readAllLines(log)) / served), Optional.empty());
        } finally {
            strace.destroyForcibly();
        }
    }

    /** A line for each call; those of signals and of strace's own begin with a mark. */
    private static long calls(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.isEmpty() && Character.isLetter(line.charAt(0)))
                .count();
    }
}
