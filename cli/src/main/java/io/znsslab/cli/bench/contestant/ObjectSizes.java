package io.znsslab.cli.bench.contestant;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The sizes of objects: one or several ranges, of which each is as frequent.
 *
 * @param ranges at least one
 */
public record ObjectSizes(List<Range> ranges) {
    private static final int LARGEST = 760;

    public ObjectSizes {
        ranges = List.copyOf(ranges);
    }

    /**
     * Sizes that are equally frequent.
     *
     * @param smallest in bytes
     * @param largest in bytes, not less than {@code smallest}
     */
    public record Range(int smallest, int largest) {
        @Override
        public String toString() {
            return smallest == largest ? Integer.toString(smallest) : smallest + "-" + largest;
        }
    }

    /** The smallest one, in bytes. */
    public int smallest() {
        return ranges.stream().mapToInt(Range::smallest).min().orElseThrow();
    }

    /** The largest one, in bytes. */
    public int largest() {
        return ranges.stream().mapToInt(Range::largest).max().orElseThrow();
    }

    /**
     * Refuses what this project's size classes do not hold, or no number fits in.
     *
     * @param option that the sizes come from, for the message
     */
    public ObjectSizes require(String option) {
        if (smallest() < Long.BYTES || largest() > LARGEST) {
            throw new CommandFailure(
                    ExitCode.USAGE, option + " " + this + ": must be " + Long.BYTES + " to " + LARGEST + " bytes");
        }
        return this;
    }

    /** The size that belongs to a key. */
    public int sizeOf(long key) {
        return sequence(1, key)[0];
    }

    /** So many of them, the same for the same seed. */
    public int[] sequence(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++) {
            Range range = ranges.get(random.nextInt(ranges.size()));
            sizes[i] = random.nextInt(range.smallest, range.largest + 1);
        }
        return sizes;
    }

    @Override
    public String toString() {
        return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
    }

    /** Reads {@code 128}, {@code 32-700} or {@code 64,120,500-700}. */
    public static final class Converter implements ITypeConverter<ObjectSizes> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

        /** For picocli. */
        public Converter() {}

        @Override
        public ObjectSizes convert(String text) {
            List<Range> ranges = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                Matcher matcher = FORM.matcher(part.trim());
                if (!matcher.matches()) {
                    throw refused(text);
                }
                int smallest = Integer.parseInt(matcher.group(1));
                int largest = matcher.group(2) == null ? smallest : Integer.parseInt(matcher.group(2));
                if (largest < smallest) {
                    throw refused(text);
                }
                ranges.add(new Range(smallest, largest));
            }
            return new ObjectSizes(ranges);
        }

        private static TypeConversionException refused(String text) {
            return new TypeConversionException(
                    "'" + text + "' is neither a size such as 120, nor a range such as 32-700, nor several by commas");
        }
    }
}
