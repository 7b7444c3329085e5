package io.znsslab.cli.terminal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a size as people write it: {@code 512}, {@code 64k}, {@code 16M}, {@code 64MiB}, {@code 1GB}. Units are binary,
 * with an {@code i} and without: 1 GB is 1 GiB.
 */
public final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*([KMGT]?)(I?B)?");
    private static final String[] EXACT_UNITS = {"", "KiB", "MiB", "GiB", "TiB"};

    /** For picocli. */
    public ByteSize() {}

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text.trim().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size such as 4096, 64k, 16M or 2GiB");
        }
        int shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            case "T" -> 40;
            default -> 0;
        };
        long amount = Long.parseLong(matcher.group(1));
        if (amount > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException("'" + text + "' is more bytes than 63 bits can count");
        }
        return amount << shift;
    }

    /** The shortest text that {@link #convert} reads back to the same size: {@code 64MiB}, {@code 512}. */
    public static String text(long bytes) {
        int unit = bytes == 0 ? 0 : Math.min(EXACT_UNITS.length - 1, Long.numberOfTrailingZeros(bytes) / 10);
        return (bytes >> (10 * unit)) + EXACT_UNITS[unit];
    }
}
