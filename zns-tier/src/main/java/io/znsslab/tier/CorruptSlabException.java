package io.znsslab.tier;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.format.SealedBlock;

/** What was read from the device is not the slab that was written there. Its bytes were not handed to anybody. */
public final class CorruptSlabException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    private final Mismatch mismatch;

    /**
     * The slab that was looked for at {@code location} of the named device differs in {@code mismatch} from what is
     * there.
     */
    public CorruptSlabException(String device, long slabId, long location, Mismatch mismatch) {
        super("slab " + slabId + " can't be read back from location " + location + " (offset "
                + location * SealedBlock.LOCATION_BYTES + ") of " + device + ": what is there was rejected, since "
                + mismatch.explanation());
        this.mismatch = mismatch;
    }

    /** What gave it away. */
    public Mismatch mismatch() {
        return mismatch;
    }
}
