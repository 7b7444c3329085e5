package io.znsslab.tier.format;

import io.znsslab.core.ZnsSlabException;

/**
 * The zone that a slab was to be read from has been given up: the slab was released or moved before the read began. A
 * reader that looks the slab up again finds where it is now.
 */
public final class SlabMovedException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    /** Reports the slab that a reader looked for at {@code location} of the named device. */
    public SlabMovedException(String device, long slabId, long location) {
        super("slab " + slabId + " is not at location " + location + " of " + device
                + " any more: its zone is being reset or was; look it up again");
    }
}
