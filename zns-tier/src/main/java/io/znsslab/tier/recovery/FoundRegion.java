package io.znsslab.tier.recovery;

import io.znsslab.tier.device.ZoneDescriptor;
import java.util.List;

/**
 * A region of the log that there is anything of.
 *
 * @param number higher for later regions
 * @param opening number of the opening that began the region
 * @param zones the zones that were found of it, in their order
 */
public record FoundRegion(long number, long opening, List<ZoneDescriptor> zones, State state) {
    /** What the region is good for. */
    public enum State {
        /** Its checkpoint is not complete: the region is being written, or was given up. */
        UNFINISHED,
        /** The region says what the store holds. */
        COUNTING,
        /** A later region counts. */
        FORMER
    }
}
