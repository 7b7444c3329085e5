package io.znsslab.core;

import java.time.Instant;
import java.util.List;

/**
 * An epoch as it is at a moment.
 *
 * @param epoch its number
 * @param label what the application called it; may be empty
 * @param state whether it takes allocations
 * @param opened when it was opened
 * @param entries how many entries of domains are not left yet
 * @param residentSlabs its slabs in DRAM
 * @param coldSlabs its slabs on the cold tier
 * @param liveObjects objects that were allocated and not freed
 * @param liveBytes bytes of their slots
 * @param bytesReturned bytes that its closing has given back to the operating system; 0 for an open epoch, and for a
 *     drained one, about which nothing is kept but what its {@link EpochClosing} said
 * @param pinning handles of up to eight of the live objects: what keeps a closed epoch from draining
 */
public record EpochInfo(
        long epoch,
        String label,
        State state,
        Instant opened,
        long entries,
        int residentSlabs,
        int coldSlabs,
        long liveObjects,
        long liveBytes,
        long bytesReturned,
        List<Long> pinning) {
    /** Where an epoch stands. */
    public enum State {
        /** It takes allocations. */
        OPEN,
        /** It takes none, and has live objects or a domain that is entered. */
        CLOSED,
        /** Nothing of it is left. */
        DRAINED
    }
}
