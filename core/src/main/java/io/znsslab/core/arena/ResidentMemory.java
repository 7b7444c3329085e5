package io.znsslab.core.arena;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Resident memory as the kernel reports it, in {@code smaps} and {@code status} of proc(5). Thread-safe; reading
 * {@code smaps} takes time in proportion to resident pages.
 */
public final class ResidentMemory {
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** Resident bytes of this process. */
    public static long processBytes() {
        try (BufferedReader lines = Files.newBufferedReader(STATUS, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("VmRSS:")) {
                    return kibibytes(line);
                }
            }
            throw new IllegalStateException(STATUS + " has no VmRSS line");
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + STATUS, e);
        }
    }

    /** Resident bytes of the mappings that lie within a native segment. */
    public static long rangeBytes(MemorySegment range) {
        long from = range.address();
        long to = from + range.byteSize();
        long bytes = 0;
        boolean within = false;
        try (BufferedReader lines = Files.newBufferedReader(SMAPS, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isHeader(line)) {
                    int dash = line.indexOf('-');
                    long start = Long.parseUnsignedLong(line, 0, dash, 16);
                    long end = Long.parseUnsignedLong(line, dash + 1, line.indexOf(' '), 16);
                    within = start >= from && end <= to;
                } else if (within && line.startsWith("Rss:")) {
                    bytes += kibibytes(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + SMAPS, e);
        }
        return bytes;
    }

    // "7f12a000-7f12b000 rw-p ..." against "Rss:   12 kB": only the first has a dash before its first blank
    private static boolean isHeader(String line) {
        int dash = line.indexOf('-');
        int blank = line.indexOf(' ');
        return dash > 0 && dash < blank;
    }

    private static long kibibytes(String line) {
        int end = line.lastIndexOf(" kB");
        return Long.parseLong(line, line.lastIndexOf(' ', end - 1) + 1, end, 10) * 1024;
    }
}
