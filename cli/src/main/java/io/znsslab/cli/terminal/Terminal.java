package io.znsslab.cli.terminal;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Where a command prints: results to {@code out}, progress and errors to {@code err}. Not thread-safe; commands print
 * from their own thread.
 *
 * @param out results
 * @param bytes the same output for results that are no text; what {@code out} holds back has to be flushed before
 * @param err progress, warnings, errors
 * @param live whether {@code err} is a screen on which a line may be painted over
 * @param columns width to keep to, at least 40
 */
public record Terminal(PrintWriter out, OutputStream bytes, PrintWriter err, boolean live, int columns) {
    /**
     * System property with {@code true} where standard error is a screen; the launcher sets it, and passes it into a
     * guest.
     */
    public static final String LIVE_PROPERTY = "znsslab.terminal";

    /** System property with the width of the screen. */
    public static final String COLUMNS_PROPERTY = "znsslab.columns";

    private static final int NARROWEST = 40;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int WIDEST = 120;

    public Terminal {
        Objects.requireNonNull(out, "out");
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(err, "err");
        columns = Math.clamp(columns, NARROWEST, WIDEST);
    }

    /**
     * The process' own standard streams. A write to {@code out} or {@code bytes} that fails throws
     * {@link CommandFailure}; one to {@code err} is lost, since there is no other place to tell it.
     */
    public static Terminal ofProcess() {
        OutputStream output = new StandardOutput();
        return new Terminal(
                new PrintWriter(output, true, StandardCharsets.UTF_8),
                output,
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                Boolean.getBoolean(LIVE_PROPERTY) && canBePaintedOver(System.getenv("TERM")),
                Integer.getInteger(COLUMNS_PROPERTY, DEFAULT_COLUMNS));
    }

    /** Whether a terminal of that name has a cursor that moves, as far as its name says. */
    static boolean canBePaintedOver(String name) {
        return name != null && !name.isEmpty() && !name.equals("dumb") && !name.equals("unknown");
    }
}
