package io.znsslab.cli.terminal;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/**
 * Says how far a long run has come: one line painted over and over on a screen, a new line every few seconds elsewhere
 * (so that a log stays readable). Costs one clock reading per call. Used by one thread.
 */
public final class Progress implements AutoCloseable {
    private static final long SCREEN_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PrintWriter err;
    private final boolean live;
    private final int columns;
    private final long beganNanos = System.nanoTime();
    private long nextNanos;
    private int painted;

    /** Progress on the terminal's error stream. */
    public Progress(Terminal terminal) {
        err = terminal.err();
        live = terminal.live();
        columns = terminal.columns();
        nextNanos = System.nanoTime() + (live ? 0 : LOG_INTERVAL_NANOS);
    }

    /** {@code done} of {@code total} (0: unknown) are done in this phase; printed when the last line is old enough. */
    public void report(String phase, long done, long total) {
        long now = System.nanoTime();
        if (now - nextNanos < 0) {
            return;
        }
        show(
                now,
                total > 0
                        ? phase + " " + Figures.count(done) + " of " + Figures.count(total) + " (" + done * 100 / total
                                + " %)"
                        : phase + " " + Figures.count(done));
    }

    /**
     * As {@link #report}, for bytes: also tells how fast they are read or written, and how long the rest will take at
     * that speed.
     */
    public void reportBytes(String phase, long done, long total) {
        long now = System.nanoTime();
        if (now - nextNanos < 0) {
            return;
        }
        long passed = Math.max(1, now - beganNanos);
        long left = done == 0 ? 0 : (long) ((double) passed / done * (total - done));
        show(
                now,
                phase + " " + Figures.bytes(done) + " of " + Figures.bytes(total) + " ("
                        + done * 100 / Math.max(1, total) + " %), " + Figures.rate(done, passed) + ", "
                        + Figures.duration(left) + " left");
    }

    private void show(long now, String line) {
        nextNanos = now + (live ? SCREEN_INTERVAL_NANOS : LOG_INTERVAL_NANOS);
        if (live) {
            paint(line);
        } else {
            err.println(line);
            err.flush();
        }
    }

    /** Takes the painted line off the screen, so that something else can be printed. */
    public void clear() {
        if (painted > 0) {
            err.print("\r" + " ".repeat(painted) + "\r");
            err.flush();
            painted = 0;
        }
    }

    @Override
    public void close() {
        clear();
    }

    private void paint(String line) {
        String shown = line.length() < columns ? line : line.substring(0, columns - 1);
        err.print("\r" + shown + " ".repeat(Math.max(0, painted - shown.length())));
        err.flush();
        painted = shown.length();
    }
}
