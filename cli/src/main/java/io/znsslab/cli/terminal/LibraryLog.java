package io.znsslab.cli.terminal;

import java.io.PrintStream;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import java.util.function.Supplier;

/**
 * What the library logs, as the command tells everything else: one line on standard error. Java's own logger would
 * print two lines with a date and a class, and then a stack trace.
 *
 * <p>Messages from {@link System.Logger.Level#WARNING} on are printed; the stack trace of what is logged only where
 * {@link #STACKTRACE_PROPERTY} is {@code true}. Thread-safe.
 */
public final class LibraryLog extends System.LoggerFinder {
    /** System property with {@code true} where stack traces are asked for. */
    public static final String STACKTRACE_PROPERTY = "znsslab.stacktrace";

    private final Supplier<PrintStream> err;

    /** For Java's service loader. */
    public LibraryLog() {
        this(() -> System.err);
    }

    LibraryLog(Supplier<PrintStream> err) {
        this.err = err;
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Lines(name, err);
    }

    private record Lines(String name, Supplier<PrintStream> err) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level != Level.OFF && level.compareTo(Level.WARNING) >= 0;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (!isLoggable(level)) {
                return;
            }
            String text = message == null ? "" : message;
            if (thrown != null) {
                String cause = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
                text += text.contains(cause) ? "" : (text.isEmpty() ? "" : ": ") + cause;
            }
            PrintStream to = err.get();
            synchronized (to) {
                to.println("zns-slab: " + (level == Level.ERROR ? "error: " : "warning: ")
                        + text.replaceAll("\\s*\\R\\s*", "; "));
                if (thrown != null && Boolean.getBoolean(STACKTRACE_PROPERTY)) {
                    thrown.printStackTrace(to);
                }
            }
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) {
                boolean plain = parameters == null || parameters.length == 0;
                log(level, bundle, plain ? format : MessageFormat.format(format, parameters), (Throwable) null);
            }
        }
    }
}
