package io.znsslab.cli.terminal;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of the terminal's window, which follows the window while this object is open. Thread-safe; one at a time.
 *
 * <p>The kernel says by SIGWINCH that it has changed. {@code stty} tells it, since the JDK can't; where there is no
 * {@code stty}, or no SIGWINCH, the size stays what the terminal said at first.
 */
final class WindowSize implements AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");
    private static final int DEFAULT_ROWS = 24;
    private static final long LIMIT_SECONDS = 5;
    private static final Pattern ANSWER = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})");

    /**
     * A size.
     *
     * @param rows lines of text
     * @param columns characters of a line
     */
    record Size(int rows, int columns) {}

    private final Runnable changed;
    private final Object handlerBefore;
    private volatile Size size;

    /**
     * Begins to follow it.
     *
     * @param columns where the terminal tells no size
     * @param changed called, on any thread, after each change
     */
    WindowSize(int columns, Runnable changed) {
        this.changed = changed;
        size = ask().orElse(new Size(DEFAULT_ROWS, columns));
        handlerBefore = handle(handler());
    }

    /** The size now. */
    Size now() {
        return size;
    }

    @Override
    public void close() {
        if (handlerBefore != null) {
            handle(handlerBefore);
        }
    }

    @SuppressWarnings("UnusedMethod") // called by its name
    private void follow() {
        ask().ifPresent(answer -> size = answer);
        changed.run();
    }

    private static Optional<Size> ask() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Redirect.from(TERMINAL))
                    .redirectError(Redirect.DISCARD)
                    .start();
            try {
                String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
                stty.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                Matcher numbers = ANSWER.matcher(answer);
                return numbers.matches()
                        ? Optional.of(new Size(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))))
                        : Optional.empty();
            } finally {
                stty.destroyForcibly();
            }
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What the JDK calls at a signal. Its classes for that are not in the documented API, hence by their names. */
    private Object handler() {
        try {
            MethodHandle follow = MethodHandles.lookup().bind(this, "follow", MethodType.methodType(void.class));
            return MethodHandleProxies.asInterfaceInstance(
                    Class.forName("sun.misc.SignalHandler"),
                    MethodHandles.dropArguments(follow, 0, Class.forName("sun.misc.Signal")));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** Has the handler called at SIGWINCH; gives the one before, or null where there are no signals. */
    private static Object handle(Object handler) {
        if (handler == null) {
            return null;
        }
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Object windowChanged = signal.getConstructor(String.class).newInstance("WINCH");
            return signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                    .invoke(null, windowChanged, handler);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
