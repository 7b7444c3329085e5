package io.znsslab.cli.terminal;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a span of time as people write it: {@code 10s}, {@code 500ms}, {@code 2h}, {@code 1.5m}, {@code 1h30m}; to the
 * nanosecond. A number needs its unit, since there is none that everybody would expect; only 0 goes without.
 */
public final class TimeSpan implements ITypeConverter<Duration> {
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "min", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);

    /** Units of {@link #text}, the longest first. */
    private static final String[] EXACT_UNITS = {"d", "h", "m", "s", "ms", "us", "ns"};

    private static final Pattern PART = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*(ns|us|ms|s|min|m|h|d)\\s*");
    private static final Pattern FORM = Pattern.compile("(?:" + PART.pattern() + ")+");

    /** For picocli. */
    public TimeSpan() {}

    @Override
    public Duration convert(String text) {
        String trimmed = text.trim().toLowerCase(Locale.ROOT);
        if (trimmed.equals("0")) {
            return Duration.ZERO;
        }
        if (!FORM.matcher(trimmed).matches()) {
            throw new TypeConversionException("'" + text + "' is not a time such as 10s, 500ms or 2h");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(trimmed);
        while (part.find()) {
            nanos = nanos.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.get(part.group(2)))));
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new TypeConversionException("'" + text + "' is longer than 292 years");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** The shortest text that {@link #convert} reads back to the same time: {@code 10s}, {@code 90m}, {@code 0s}. */
    public static String text(Duration time) {
        long nanos = time.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        for (String unit : EXACT_UNITS) {
            if (nanos % NANOS.get(unit) == 0) {
                return nanos / NANOS.get(unit) + unit;
            }
        }
        throw new IllegalArgumentException(time + " is no whole number of nanoseconds");
    }
}
