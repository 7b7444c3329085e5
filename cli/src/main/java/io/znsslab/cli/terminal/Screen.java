package io.znsslab.cli.terminal;

import java.io.PrintWriter;
import java.util.List;

/**
 * Paints pictures of text over one another, on the terminal's second screen: what was on the first one is there again
 * afterwards. Thread-safe. A process that ends otherwise than by {@link #close} leaves the second screen, too, unless
 * it was killed.
 */
public final class Screen implements AutoCloseable {
    private static final String ENTER = "\033[?1049h\033[?25l\033[2J";
    private static final String LEAVE = "\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String ERASE_LINE = "\033[K";
    private static final String ERASE_BELOW = "\033[J";
    private static final String ERASE_ALL = "\033[2J";

    /** What is on the screen, made for a size of it. */
    public interface Picture {
        /**
         * The lines from the top.
         *
         * @param rows most lines, 1 or more
         * @param columns most characters that a line shows, 1 or more
         */
        List<String> lines(int rows, int columns);
    }

    private final PrintWriter out;
    private final WindowSize size;
    private final Thread leaving = new Thread(this::leave, "screen");
    private Picture picture;
    private boolean left;

    /** Enters the second screen, on the terminal's error stream. */
    public Screen(Terminal terminal) {
        out = terminal.err();
        size = new WindowSize(terminal.columns(), this::repaint);
        Runtime.getRuntime().addShutdownHook(leaving);
        synchronized (this) {
            out.print(ENTER);
            out.flush();
        }
    }

    /** Shows a picture from now on, also in another size when the window's changes. */
    public synchronized void show(Picture shown) {
        picture = shown;
        paint(HOME);
    }

    private synchronized void repaint() {
        paint(ERASE_ALL + HOME);
    }

    private void paint(String first) {
        if (left || picture == null) {
            return;
        }
        WindowSize.Size now = size.now();
        StringBuilder text = new StringBuilder(first);
        // The last column and row stay free: a terminal may wrap or scroll after a character there.
        List<String> lines = picture.lines(Math.max(1, now.rows() - 1), Math.max(1, now.columns() - 1));
        for (String line : lines) {
            text.append(line).append(ERASE_LINE).append("\r\n");
        }
        out.print(text.append(ERASE_BELOW));
        out.flush();
    }

    /** Back to the first screen. Closing again does nothing. */
    @Override
    public void close() {
        size.close();
        leave();
        try {
            Runtime.getRuntime().removeShutdownHook(leaving);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook finds the screen left
        }
    }

    private synchronized void leave() {
        if (!left) {
            left = true;
            out.print(LEAVE);
            out.flush();
        }
    }
}
