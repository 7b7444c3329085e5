package io.znsslab.tier;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.format.SealedBlock;

/** The bytes read from the device are not the slab that was written there. The tier has delivered none of them. */
public final class CorruptSlabException extends ZnsSlabException {
    private static final long serialVersionUID = 1L;

    private final Mismatch mismatch;

    /**
     * The slab wanted at {@code location} of the named device differs in {@code mismatch} from the bytes that are
     * there.
     */
    public CorruptSlabException(String device, long slabId, long location, Mismatch mismatch) {
        super("slab " + slabId + " can't be read back from location " + location + " (offset "
                + location * SealedBlock.LOCATION_BYTES + ") of " + device + ": what is there was rejected, since "
                + mismatch.explanation());
        this.mismatch = mismatch;
    }

    /** The first difference found. */
    public Mismatch mismatch() {
        return mismatch;
    }
}
