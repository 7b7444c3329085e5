package io.znsslab.tier.inspect;

import java.util.List;

/**
 * A region of the store's log that there is anything of.
 *
 * @param number higher for later regions
 * @param opening number of the opening that began the region
 * @param zones numbers of its zones, in the region's order
 * @param writtenBytes bytes that are written in them, copies included
 */
public record LogRegion(long number, long opening, List<Integer> zones, long writtenBytes, State state) {
    /** What a region is good for. */
    public enum State {
        /** Its checkpoint is not complete: the region is being written, or was given up. */
        UNFINISHED,
        /** The region says what the store holds. */
        COUNTING,
        /** A later region counts; these zones are the log's next ones. */
        FORMER
    }

    /** Copies the list of zones. */
    public LogRegion {
        zones = List.copyOf(zones);
    }
}
