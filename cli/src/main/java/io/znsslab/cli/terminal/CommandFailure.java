package io.znsslab.cli.terminal;

import java.io.Serial;
import java.util.Objects;

/**
 * A command cannot go on for a reason that the user can read in one line; carries the exit code that says so to
 * scripts.
 */
public final class CommandFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /** A failure that has no deeper cause to show. */
    public CommandFailure(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    /**
     * @param message one line: what was attempted, on what, what the system said, what to do
     * @param cause shown by {@code --stacktrace}; may be null
     */
    public CommandFailure(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = Objects.requireNonNull(exitCode, "exitCode");
    }

    /** The exit code of the process. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
