package io.znsslab.tier;

import io.znsslab.core.ZnsSlabException;

/** The ring itself (not an operation on it) failed: it could not be set up, or the kernel refused to be entered. */
public final class RingException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** For the tier's ring. */
    public RingException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** The errno the kernel gave, positive; 0 when there is none. */
    public int errno() {
        return errno;
    }
}
