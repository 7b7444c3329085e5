package io.znsslab.emulation;

import org.jspecify.annotations.Nullable;

/**
 * An emulated device, or the guest that should hold it, could not be made or did not do what it was asked to.
 *
 * <p>The first line of the message says what was attempted, on what, what the system answered and what to do about it.
 * The last lines of a guest's console may follow it.
 */
public class EmulationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EmulationException(String message) {
        super(message);
    }

    public EmulationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
