package io.znsslab.cli.bench.trace;

import io.znsslab.cli.terminal.CommandFailure;
import io.znsslab.cli.terminal.ExitCode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** A trace in a file, plain or compressed with gzip or xz. Read once. */
final class TraceFile implements AutoCloseable {
    /** In place of a path: standard input. */
    static final String STANDARD_INPUT = "-";

    private static final int PEEKED = 4096;
    private static final int QUOTED = 60;

    private final String name;
    private final BufferedInputStream input;
    private final TraceFormat format;

    private TraceFile(String name, BufferedInputStream input, TraceFormat asked) throws IOException {
        this.name = name;
        this.input = input;
        format = asked == null ? detect() : asked;
    }

    /**
     * Opens it.
     *
     * @param path of the file, or {@value #STANDARD_INPUT}
     * @param format null to find out by the first line
     * @throws CommandFailure if it cannot be read, or nothing tells its format
     */
    static TraceFile open(String path, TraceFormat format) {
        InputStream opened = null;
        try {
            opened = path.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(Path.of(path));
            return new TraceFile(path, uncompressed(path, new BufferedInputStream(opened)), format);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitCode.INPUT_UNUSABLE, "cannot read the trace " + path + ": no such file", e);
        } catch (IOException | RuntimeException e) {
            closeQuietly(opened);
            throw e instanceof CommandFailure told ? told : unreadable(path, e);
        }
    }

    private static void closeQuietly(InputStream opened) {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            // it could not be read, which is told
        }
    }

    private static CommandFailure unreadable(String path, Exception cause) {
        return new CommandFailure(
                ExitCode.INPUT_UNUSABLE, "cannot read the trace " + path + ": " + cause.getMessage(), cause);
    }

    /** By what files of each kind begin with. */
    private static BufferedInputStream uncompressed(String path, BufferedInputStream file) throws IOException {
        String start = HexFormat.of().formatHex(peek(file, 6));
        if (start.startsWith("1f8b")) {
            return new BufferedInputStream(new GZIPInputStream(file, 1 << 16));
        }
        if (start.equals("fd377a585a00")) {
            return new BufferedInputStream(new XZInputStream(file));
        }
        if (start.startsWith("28b52ffd")) {
            throw new CommandFailure(
                    ExitCode.INPUT_UNUSABLE,
                    path + " is compressed with zstd: zstd -dc " + path + " | zns-slab bench trace -");
        }
        if (start.startsWith("425a68")) {
            throw new CommandFailure(
                    ExitCode.INPUT_UNUSABLE,
                    path + " is compressed with bzip2: bzip2 -dc " + path + " | zns-slab bench trace -");
        }
        return file;
    }

    private static byte[] peek(BufferedInputStream stream, int bytes) throws IOException {
        stream.mark(bytes);
        byte[] start = stream.readNBytes(bytes);
        stream.reset();
        return start;
    }

    private TraceFormat detect() throws IOException {
        byte[] start = peek(input, PEEKED);
        for (byte value : start) {
            if (value >= 0 && value < '\t') {
                return TraceFormat.CORDA;
            }
        }
        String line = new String(start, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(text -> !text.isBlank())
                .findFirst()
                .orElseThrow(() -> new CommandFailure(ExitCode.INPUT_UNUSABLE, "the trace " + name + " is empty"));
        return TraceFormat.of(line)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.INPUT_UNUSABLE,
                        "the first line of " + name + ", '" + quoted(line)
                                + "', is of no known format: give --format, one of "
                                + Arrays.stream(TraceFormat.values())
                                        .map(TraceFormat::toString)
                                        .collect(Collectors.joining(", "))));
    }

    TraceFormat format() {
        return format;
    }

    /**
     * Reads accesses until the end, or until enough have been read.
     *
     * @throws CommandFailure naming a line that is of another form
     */
    void read(AccessSink sink, BooleanSupplier enough) {
        try {
            if (format == TraceFormat.CORDA) {
                readNumbers(sink, enough);
            } else {
                readLines(sink, enough);
            }
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private void readLines(AccessSink sink, BooleanSupplier enough) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.ISO_8859_1), 1 << 16);
        long number = 0;
        for (String line = lines.readLine(); line != null && !enough.getAsBoolean(); line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                if (!format.matches(line)) {
                    throw new NumberFormatException("another form");
                }
                format.read(line, sink);
            } catch (NumberFormatException e) {
                throw new CommandFailure(
                        ExitCode.INPUT_UNUSABLE,
                        name + ", line " + number + ": '" + quoted(line) + "' is no line of the format " + format,
                        e);
            }
        }
    }

    private void readNumbers(AccessSink sink, BooleanSupplier enough) throws IOException {
        DataInputStream numbers = new DataInputStream(input);
        byte[] word = new byte[Long.BYTES];
        while (!enough.getAsBoolean()) {
            int got = numbers.readNBytes(word, 0, word.length);
            if (got == 0) {
                return;
            }
            if (got < word.length) {
                throw new CommandFailure(
                        ExitCode.INPUT_UNUSABLE, name + " ends within a number: its length is no multiple of 8");
            }
            sink.access(ByteBuffer.wrap(word).getLong(), 0);
        }
    }

    private static String quoted(String line) {
        String shown = line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void close() {
        closeQuietly(input);
    }
}
