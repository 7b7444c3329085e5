package io.znsslab.cli.config;

import io.znsslab.cli.terminal.ByteSize;
import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import io.znsslab.cli.terminal.Nearest;
import io.znsslab.cli.terminal.TimeSpan;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** The values that a setting can have: which texts are ones, and in which form they are kept. */
sealed interface ValueType {
    /**
     * The text in the form in which it is kept and read back.
     *
     * @throws CommandFailure {@link ExitCode#USAGE}, with the nearest good value where there is one
     */
    String checked(String text);

    /** The good values in words, for the help. */
    String form();

    /** A whole number in a range. */
    record WholeNumber(long least, long most) implements ValueType {
        @Override
        public String checked(String text) {
            long value;
            try {
                value = Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                throw refused("'" + text + "' is not a whole number: it must be " + form());
            }
            if (value < least || value > most) {
                throw refused(value + " is out of range: it must be " + form() + ", and the nearest is "
                        + Math.clamp(value, least, most));
            }
            return Long.toString(value);
        }

        @Override
        public String form() {
            return least + " to " + most;
        }
    }

    /** A power of two in a range of powers of two. */
    record PowerOfTwo(long least, long most, boolean ofBytes) implements ValueType {
        @Override
        public String checked(String text) {
            long value = ofBytes ? bytesOf(text) : countOf(text);
            if (value < least || value > most || Long.bitCount(value) != 1) {
                throw refused("'" + text + "' does not fit: it must be " + form() + ", and the nearest is "
                        + written(nearest(value)));
            }
            return written(value);
        }

        private long nearest(long value) {
            long bounded = Math.clamp(value, least, most);
            long below = Long.highestOneBit(bounded);
            return bounded - below <= 2 * below - bounded ? below : Math.min(most, 2 * below);
        }

        private long countOf(String text) {
            try {
                return Long.parseLong(text.strip());
            } catch (NumberFormatException e) {
                throw refused("'" + text + "' is not a whole number: it must be " + form());
            }
        }

        private String written(long value) {
            return ofBytes ? ByteSize.text(value) : Long.toString(value);
        }

        @Override
        public String form() {
            return "a power of two from " + written(least) + " to " + written(most);
        }
    }

    /** A number of bytes in a range, in steps. */
    record Size(long least, long most, long step) implements ValueType {
        @Override
        public String checked(String text) {
            long value = bytesOf(text);
            if (value < least || value > most || value % step != 0) {
                long nearest = Math.clamp(Math.round((double) value / step) * step, least, most);
                throw refused("'" + text + "' does not fit: it must be " + form() + ", and the nearest is "
                        + ByteSize.text(nearest));
            }
            return ByteSize.text(value);
        }

        @Override
        public String form() {
            String range = most == Long.MAX_VALUE
                    ? "a size of at least " + ByteSize.text(least)
                    : "a size from " + ByteSize.text(least) + " to " + ByteSize.text(most);
            return step == 1 ? range : range + " in steps of " + ByteSize.text(step);
        }
    }

    /** A span of time that is longer than nothing. */
    record Span() implements ValueType {
        @Override
        public String checked(String text) {
            Duration value;
            try {
                value = new TimeSpan().convert(text);
            } catch (TypeConversionException e) {
                throw refused(e.getMessage());
            }
            if (!value.isPositive()) {
                throw refused("'" + text + "' is no time at all: it must be " + form() + ", and the nearest is 100ms");
            }
            return TimeSpan.text(value);
        }

        @Override
        public String form() {
            return "a time such as 10s, 500ms or 2h";
        }
    }

    /** A time, or none. */
    record SpanOrNone() implements ValueType {
        static final String OFF = "off";

        @Override
        public String checked(String text) {
            String word = text.strip();
            return word.equalsIgnoreCase(OFF) ? OFF : new Span().checked(word);
        }

        @Override
        public String form() {
            return "off, or " + new Span().form();
        }
    }

    /** One of some words. */
    record Word(List<String> words) implements ValueType {
        Word(String... words) {
            this(List.of(words));
        }

        @Override
        public String checked(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
            if (!words.contains(word)) {
                throw refused("'" + text + "' is not " + form()
                        + Nearest.to(word, words)
                                .map(near -> ": did you mean " + near + "?")
                                .orElse(""));
            }
            return word;
        }

        @Override
        public String form() {
            return words.size() == 1
                    ? words.getFirst()
                    : String.join(", ", words.subList(0, words.size() - 1)) + " or " + words.getLast();
        }
    }

    /** A device's name. */
    record Device() implements ValueType {
        @Override
        public String checked(String text) {
            return DeviceName.parse(text).text();
        }

        @Override
        public String form() {
            return "auto, file, file:PATH, null_blk, nvme-zns or a device's path";
        }
    }

    /** Slot sizes of an allocator. */
    record SizeClasses() implements ValueType {
        private static final int STEP = 8;

        @Override
        public String checked(String text) {
            long[] sizes;
            try {
                sizes = Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .mapToLong(Integer::parseInt)
                        .toArray();
            } catch (NumberFormatException e) {
                throw refused("'" + text + "' is not " + form());
            }
            long[] good = Arrays.stream(sizes)
                    .map(size -> Math.max(2 * STEP, Math.ceilDiv(size, STEP) * STEP))
                    .sorted()
                    .distinct()
                    .toArray();
            if (!Arrays.equals(sizes, good)) {
                throw refused("'" + text + "' is not " + form() + "; the nearest is " + written(good));
            }
            return written(sizes);
        }

        private static String written(long... sizes) {
            return Arrays.stream(sizes).mapToObj(Long::toString).collect(Collectors.joining(","));
        }

        @Override
        public String form() {
            return "bytes of slots such as 64,128,256: ascending multiples of 8, from 16";
        }
    }

    /** When the allocator demotes by itself. */
    record Watermarks() implements ValueType {
        static final String OFF = "off";
        private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\s*%?\\s*-\\s*(\\d{1,3})\\s*%?");

        @Override
        public String checked(String text) {
            String word = text.strip().toLowerCase(Locale.ROOT);
            if (word.equals(OFF)) {
                return OFF;
            }
            Matcher parts = FORM.matcher(word);
            if (!parts.matches()) {
                throw refused("'" + text + "' is not " + form());
            }
            int high = Integer.parseInt(parts.group(1));
            int low = Integer.parseInt(parts.group(2));
            if (high < 1 || high > 100 || low > high) {
                int nearestHigh = Math.clamp(Math.max(high, low), 1, 100);
                throw refused("'" + text + "' is not " + form() + "; the nearest is "
                        + written(nearestHigh, Math.min(nearestHigh, Math.min(high, low))));
            }
            return written(high, low);
        }

        private static String written(int high, int low) {
            return high + "-" + low;
        }

        @Override
        public String form() {
            return "off, or two percentages such as 80-60: the high one 1 to 100, the low one 0 to the high one";
        }
    }

    private static long bytesOf(String text) {
        try {
            return new ByteSize().convert(text);
        } catch (TypeConversionException e) {
            throw refused(e.getMessage());
        }
    }

    private static CommandFailure refused(String reason) {
        return new CommandFailure(ExitCode.USAGE, reason);
    }
}
