package io.znsslab.core;

/**
 * Root of the errors that ZNS-Slab reports for what should not happen: a device that fails, an image that does not
 * check, an epoch that is still open. Expected outcomes (a stale handle, a full arena) are return values instead, where
 * a method has one for them.
 *
 * <p>A message says what was attempted, on what, with which values, and what to do about it.
 */
public class ZnsSlabException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An error that no other exception led to. */
    public ZnsSlabException(String message) {
        super(message);
    }

    /** An error with the exception that led to it. */
    public ZnsSlabException(String message, Throwable cause) {
        super(message, cause);
    }
}
