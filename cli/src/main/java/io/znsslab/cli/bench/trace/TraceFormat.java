package io.znsslab.cli.bench.trace;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Forms in which cache traces are published, by the names that Caffeine's simulator has for them. Each is read line by
 * line, except for one of binary numbers.
 */
enum TraceFormat {
    /** A number in each line, the key; an asterisk or an empty line is none. */
    LIRS("\\s*|\\*|-?\\d+") {
        @Override
        void read(String line, AccessSink sink) {
            if (!line.isBlank() && !line.equals("*")) {
                sink.access(Long.parseLong(line.strip()), 0);
            }
        }
    },
    /** The first block and the number of blocks, and fields that are not used: each block is a key. */
    ARC("\\d+ \\d+( \\S+){0,2}") {
        @Override
        void read(String line, AccessSink sink) {
            String[] fields = SPACE.split(line, 3);
            long first = Long.parseLong(fields[0]);
            blocks(first, Long.parseLong(fields[1]), sink);
        }
    },
    /** A kind of access, an address in hexadecimal digits, and fields that are not used. */
    ADDRESS("\\S+ 0[xX][0-9a-fA-F]{1,16}( .*)?") {
        @Override
        void read(String line, AccessSink sink) {
            sink.access(Long.parseUnsignedLong(SPACE.split(line, 3)[1].substring(2), 16), 0);
        }
    },
    /** Time, key, size of key, size of value, client, operation, time to live, by commas: gets are accesses. */
    TWITTER("\\d+,[^,]+,\\d+,\\d+,[^,]*,\\w+,\\d+") {
        @Override
        void read(String line, AccessSink sink) {
            String[] fields = COMMA.split(line, -1);
            if (fields[5].equals("get") || fields[5].equals("gets")) {
                sink.access(hash(fields[1]), Integer.parseInt(fields[2]) + Integer.parseInt(fields[3]));
            }
        }
    },
    /** Unit, first block of 512 bytes, bytes, operation, time, by commas: each block that is read is a key. */
    UMASS_STORAGE("\\d+,\\d+,\\d+,[rRwW],[\\d.]+.*") {
        @Override
        void read(String line, AccessSink sink) {
            String[] fields = COMMA.split(line, -1);
            if (fields[3].equalsIgnoreCase("r")) {
                blocks(Long.parseLong(fields[1]), Long.parseLong(fields[2]) / BLOCK_BYTES, sink);
            }
        }
    },
    /** Time, key, size of the value. */
    ADAPT_SIZE("\\d+ \\d+ \\d+") {
        @Override
        void read(String line, AccessSink sink) {
            String[] fields = SPACE.split(line, 3);
            sink.access(Long.parseLong(fields[1]), (int) Math.min(Integer.MAX_VALUE, Long.parseLong(fields[2])));
        }
    },
    /** Keys as numbers of 64 bits, the highest byte first. */
    CORDA("(?!)") {
        @Override
        void read(String line, AccessSink sink) {
            throw new IllegalStateException("a trace of binary numbers has no lines");
        }
    };

    private static final Pattern SPACE = Pattern.compile(" ");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final long BLOCK_BYTES = 512;
    /** One line of a trace asks for no more: a larger number is not meant as one. */
    private static final long MOST_BLOCKS = 1 << 24;

    private final Pattern form;

    TraceFormat(String form) {
        this.form = Pattern.compile(form);
    }

    /** The form of the command line and of reports. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the line is one of such a trace. */
    final boolean matches(String line) {
        return form.matcher(line).matches();
    }

    /**
     * Reads a line that {@link #matches}.
     *
     * @throws NumberFormatException if a number has more than 63 bits, or counts more blocks than any access has
     */
    abstract void read(String line, AccessSink sink);

    /** The format of that line, the first of a trace that is not empty; empty if it is of none. */
    static Optional<TraceFormat> of(String line) {
        // A number of blocks without further fields is rarer than a time, a key and a size.
        return ADAPT_SIZE.matches(line)
                ? Optional.of(ADAPT_SIZE)
                : Arrays.stream(values()).filter(format -> format.matches(line)).findFirst();
    }

    private static void blocks(long first, long count, AccessSink sink) {
        if (count > MOST_BLOCKS) {
            throw new NumberFormatException(count + " blocks");
        }
        for (long block = first; block < first + count; block++) {
            sink.access(block, 0);
        }
    }

    /** FNV-1a of 64 bits. */
    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
