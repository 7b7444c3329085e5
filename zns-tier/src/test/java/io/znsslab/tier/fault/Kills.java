package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.simulation.Oracle;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Kills processes that use the store on a device, one after the other, and checks the store that each leaves. */
final class Kills {
    private static final int MOST_LIVE_OBJECTS = 2_500;

    private final Path device;
    private final SplittableRandom random;
    private final Oracle oracle = new Oracle();
    private final ProcessReports reports = new ProcessReports(oracle);
    private int kills;
    private int killsWhileOpening;
    private long found;

    Kills(Path device, long seed) {
        this.device = device;
        random = new SplittableRandom(seed);
    }

    /**
     * Runs a process until it has reported so many lines, kills it with SIGKILL a moment later and checks the store.
     * Some processes are killed while they open the store of the one before.
     *
     * @param options options of its JVM
     * @param mostLines the largest number of lines that it may report
     */
    void killOne(List<String> options, int mostLines) throws IOException, InterruptedException {
        boolean whileOpening = kills > 0 && random.nextInt(4) == 0;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), KilledProcess.class.getName()));
        command.addAll(List.of(device.toString(), Long.toString(random.nextLong())));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            awaitLine(lines, "opening");
            for (int i = whileOpening ? 0 : 1 + random.nextInt(mostLines); i > 0; i--) {
                reports.line(lines.readLine());
            }
            LockSupport.parkNanos(random.nextInt(whileOpening ? 60_000_000 : 5_000_000));
            // Process.destroyForcibly closes our end of the pipe, and loses the reports in it.
            process.toHandle().destroyForcibly();
            tellAll(lines);
        }
        assertThat(process.waitFor()).as("128 + SIGKILL").isEqualTo(137);
        kills++;
        killsWhileOpening += whileOpening ? 1 : 0;
        check();
    }

    private static void awaitLine(BufferedReader lines, String expected) throws IOException {
        assertThat(lines.readLine()).isEqualTo(expected);
    }

    /** Reads until the pipe ends. A line that the kill cut short lacks its line break. */
    private void tellAll(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (c == '\n') {
                reports.line(line.toString());
                line.setLength(0);
            } else {
                line.append((char) c);
            }
        }
    }

    /** Opens the store, compares it with the oracle, makes room and closes it. */
    private void check() {
        try (SlabAllocator store = KilledProcess.open(device)) {
            found += oracle.checkAfterCrash(store);
            while (oracle.live().size() > MOST_LIVE_OBJECTS) {
                long epoch = oracle.live().getFirst().epoch();
                store.closeEpoch(epoch, Disposition.DISCARD).join();
                oracle.discarded(epoch);
            }
            List<Oracle.Known> dead = oracle.deadNow();
            store.sync().join();
            Oracle.synced(dead);
            oracle.checkInSession(store, false);
        }
    }

    /** Forgets dead objects, for runs without an end. */
    void forgetTheDead() {
        oracle.forgetTheDead();
    }

    int kills() {
        return kills;
    }

    /** A summary for people. */
    String summary() {
        return "%d kills survived (%d while opening), %d demotions acknowledged, %d acknowledged objects found, 0 lost"
                .formatted(kills, killsWhileOpening, reports.demotions(), found);
    }

    long found() {
        return found;
    }
}
