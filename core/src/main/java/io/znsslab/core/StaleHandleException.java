package io.znsslab.core;

/**
 * An object was to be read or written whose handle is stale: the object was freed, or its epoch discarded; or the
 * handle never was one.
 */
public final class StaleHandleException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    private final long handle;

    StaleHandleException(long handle) {
        super("0x%016x names no object: it was freed, or its epoch discarded, or this store never issued that handle"
                .formatted(handle));
        this.handle = handle;
    }

    /** The handle. */
    public long handle() {
        return handle;
    }
}
