package io.znsslab.cli.demo;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The lengths of generated objects.
 *
 * @param smallest bytes, 0 or more
 * @param largest bytes, not less than {@code smallest}
 */
record SizeRange(int smallest, int largest) {
    SizeRange {
        if (smallest < 0 || largest < smallest) {
            throw new IllegalArgumentException("a range of object sizes from " + smallest + " to " + largest);
        }
    }

    /** Mean length in bytes. */
    double mean() {
        return (smallest + largest) / 2.0;
    }

    @Override
    public String toString() {
        return smallest == largest ? Integer.toString(smallest) : smallest + "-" + largest;
    }

    /** Reads {@code 128} or {@code 32-700}. */
    static final class Converter implements ITypeConverter<SizeRange> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

        @Override
        public SizeRange convert(String text) {
            Matcher matcher = FORM.matcher(text.trim());
            if (matcher.matches()) {
                int smallest = Integer.parseInt(matcher.group(1));
                int largest = matcher.group(2) == null ? smallest : Integer.parseInt(matcher.group(2));
                if (largest >= smallest) {
                    return new SizeRange(smallest, largest);
                }
            }
            throw new TypeConversionException(
                    "'" + text + "' is neither a size such as 128 nor a range such as 32-700");
        }
    }
}
