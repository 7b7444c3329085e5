package io.znsslab.jcache.replay;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;

/**
 * The accesses that are replayed: made up, with keys by Zipf's law; or a file's, plain or compressed by gzip, in one of
 * three forms that the simulator of Caffeine reads: a key a line (lirs), first block and number of blocks (arc), or
 * time, key and size (adapt-size).
 */
final class Trace {
    private static final double SKEW = 0.9;

    /** Takes the accesses. */
    interface Sink {
        /**
         * One access.
         *
         * @param bytes of the value; 0 if the trace does not say
         * @return whether to go on
         */
        boolean access(long key, int bytes);
    }

    private Trace() {}

    /** The same keys each time: the first is as frequent as Zipf's law has it, wherever it lies among the numbers. */
    static void generate(long keys, Sink sink) {
        SplittableRandom random = new SplittableRandom(1);
        double reach = Math.pow((double) keys, 1 - SKEW) - 1;
        boolean more = true;
        while (more) {
            double rank = Math.pow(random.nextDouble() * reach + 1, 1 / (1 - SKEW));
            more = sink.access(((long) rank) * 0x9E37_79B9_7F4A_7C15L, 0);
        }
    }

    static void read(Path file, Sink sink) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(uncompressed(file), StandardCharsets.ISO_8859_1))) {
            boolean more = true;
            for (String line = lines.readLine(); more && line != null; line = lines.readLine()) {
                more = line.isBlank()
                        || line.startsWith("*")
                        || read(line.strip().split("\\s+"), sink);
            }
        }
    }

    private static InputStream uncompressed(Path file) throws IOException {
        BufferedInputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        return file.toString().endsWith(".gz") ? new GZIPInputStream(bytes, 1 << 16) : bytes;
    }

    private static boolean read(String[] fields, Sink sink) {
        if (fields.length == 1) {
            return sink.access(Long.parseLong(fields[0]), 0);
        }
        if (fields.length == 3) {
            return sink.access(Long.parseLong(fields[1]), Integer.parseInt(fields[2]));
        }
        long first = Long.parseLong(fields[0]);
        boolean more = true;
        for (long block = first; more && block < first + Long.parseLong(fields[1]); block++) {
            more = sink.access(block, 0);
        }
        return more;
    }
}
