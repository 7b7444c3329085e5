package io.znsslab.jcache.replay;

import io.znsslab.core.SlabAllocator;
import io.znsslab.jcache.store.StoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Replays a trace on each contestant, each in a process of its own: what is missed is put. Arguments are settings
 * {@code name=value}: {@code trace} (a file, or {@code zipf}), {@code accesses}, {@code keys} of a trace that is made
 * up, {@code value} (bytes of a value where the trace has none, from a quarter to seven quarters of that),
 * {@code memory}, {@code disk}.
 */
public final class Replay {
    private static final Map<String, String> DEFAULTS = Map.of(
            "trace", "zipf",
            "accesses", "1000000",
            "keys", "1000000",
            "value", "2000",
            "memory", "64MiB",
            "disk", "512MiB");
    private static final int LOOK_EVERY = 20_000;
    private static final long LONGEST_NANOS = 100_000_000_000L;
    private static final String ROW = "%-18s %8s %8s %10s %10s %10s %12s%n";

    private final Map<String, String> settings;
    private final Contestant contestant;
    private final long limit;
    private final int valueBytes;
    private final Histogram nanos = new Histogram(1, LONGEST_NANOS, 3);
    private long hits;
    private long peakRss;

    private Replay(Map<String, String> settings, Contestant contestant) {
        this.settings = settings;
        this.contestant = contestant;
        limit = Long.parseLong(settings.get("accesses"));
        valueBytes = (int) StoreSettings.size("value", settings.get("value"));
    }

    /** Replays on all contestants, or in a process of its own on the one named by {@code contestant}. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>(DEFAULTS);
        for (String argument : String.join(" ", arguments).strip().split("\\s+")) {
            String[] setting = argument.split("=", 2);
            if (setting.length == 2) {
                settings.put(setting[0], setting[1]);
            } else if (!argument.isEmpty()) {
                throw new IllegalArgumentException("'" + argument + "' is no setting such as memory=64MiB");
            }
        }
        String one = settings.get("contestant");
        if (one == null) {
            replayOnAll(settings);
        } else {
            replayOn(Contestant.Kind.valueOf(one), settings);
        }
    }

    private static void replayOnAll(Map<String, String> settings) throws Exception {
        System.out.printf(
                "trace %s, %s accesses, %s of memory, %s of disk%n",
                settings.get("trace"), settings.get("accesses"), settings.get("memory"), settings.get("disk"));
        System.out.printf(ROW, "", "hits", "p50", "p99.9", "accesses/s", "RSS", "written");
        for (Contestant.Kind kind : Contestant.Kind.values()) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx512m",
                    "-XX:MaxDirectMemorySize=16g",
                    "-Dznsslab.library.path=" + System.getProperty("znsslab.library.path", ""),
                    "--class-path",
                    System.getProperty("java.class.path"),
                    Replay.class.getName(),
                    "contestant=" + kind.name()));
            settings.forEach((name, value) -> command.add(name + "=" + value));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            // A library without its logging says so first.
            String last = printed.isEmpty() ? "" : printed.lines().toList().getLast();
            System.out.println(status == 0 ? last : kind + " failed:\n" + printed);
        }
    }

    private static void replayOn(Contestant.Kind kind, Map<String, String> settings) throws IOException {
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("java.io.tmpdir")), "replay");
        try {
            long memory = StoreSettings.size("memory", settings.get("memory"));
            long disk = StoreSettings.size("disk", settings.get("disk"));
            try (Contestant contestant = kind.open(memory, disk, folder)) {
                new Replay(settings, contestant).run(kind);
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void run(Contestant.Kind kind) throws IOException {
        long begun = System.nanoTime();
        String trace = settings.get("trace");
        if (trace.equals("zipf")) {
            Trace.generate(Long.parseLong(settings.get("keys")), this::access);
        } else {
            Trace.read(Path.of(trace), this::access);
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                ROW,
                kind,
                percent((double) hits / Math.max(1, nanos.getTotalCount())),
                micros(nanos.getValueAtPercentile(50)),
                micros(nanos.getValueAtPercentile(99.9)),
                Math.round(nanos.getTotalCount() / seconds),
                (peakRss >> 20) + " MiB",
                (contestant.writtenBytes() >> 20) + " MiB");
    }

    private boolean access(long key, int bytes) {
        long start = System.nanoTime();
        byte[] value = contestant.get(key);
        if (value == null) {
            contestant.put(key, new byte[bytes > 0 ? bytes : bytesOf(key)]);
        } else {
            hits++;
        }
        nanos.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - start));
        if (nanos.getTotalCount() % LOOK_EVERY == 0) {
            peakRss = Math.max(peakRss, SlabAllocator.processRssBytes());
        }
        return nanos.getTotalCount() < limit;
    }

    /** The same for each access of a key. */
    private int bytesOf(long key) {
        int spread = Math.max(1, valueBytes * 3 / 2);
        return valueBytes / 4 + (int) Math.floorMod(key * 7919, (long) spread);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
    }
}
