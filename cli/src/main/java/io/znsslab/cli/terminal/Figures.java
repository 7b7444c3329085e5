package io.znsslab.cli.terminal;

import java.util.Locale;

/** How numbers are written for people: the same everywhere, whatever the machine's locale. */
public final class Figures {
    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Figures() {}

    /** {@code 100,000}. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 1 epoch}, {@code 64 epochs}: the count and its noun, whose plural is regular. */
    public static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** {@code 512 B}, {@code 1.5 MiB}, {@code 12 GiB}: binary units, one decimal where it says something. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        double value = bytes / (double) (1L << (10 * unit));
        if (value >= 1023.95 && unit < BINARY_UNITS.length - 1) {
            unit++;
            value /= 1024;
        }
        String digits = String.format(Locale.ROOT, "%.1f", value);
        return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits) + " " + BINARY_UNITS[unit];
    }

    /** {@code 0.4 s}, {@code 2 min 05 s}. */
    public static String duration(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 99.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }

    /** {@code 1.034}: a ratio to three decimals. */
    public static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.3f", ratio);
    }

    /** Amount per second in binary units: {@code 35 MiB/s}. */
    public static String rate(long bytes, long nanos) {
        return bytes((long) (bytes * 1e9 / Math.max(1, nanos))) + "/s";
    }
}
