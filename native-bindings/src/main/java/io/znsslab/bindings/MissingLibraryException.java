package io.znsslab.bindings;

import java.io.Serial;

/** A native library can't be loaded. The message names it, says where it was looked for, and what to install. */
public final class MissingLibraryException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    MissingLibraryException(String message, Throwable cause) {
        super(message, cause);
    }
}
