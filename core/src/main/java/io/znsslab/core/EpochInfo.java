package io.znsslab.core;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An epoch as it is at a moment.
 *
 * @param epoch its number
 * @param label what the application called it; may be empty
 * @param state whether it takes allocations
 * @param lifetime how long the application said that its objects will live
 * @param opened when it was opened; of a domain that discards its epoch, when it was first looked at after that
 * @param closed when this run closed it; empty for an open epoch, and for one that an earlier run closed
 * @param expires when it is discarded whole, by its {@linkplain EpochOptions#timeToLive time to live} or
 *     {@link SlabAllocator#discardAt}; empty if it has no such end
 * @param entries how many entries of domains are not left yet
 * @param residentSlabs its slabs in DRAM
 * @param coldSlabs its slabs on the cold tier
 * @param liveObjects objects that were allocated and not freed
 * @param liveBytes bytes of their slots. Of a packed slab on the tier it is not known where the last object ends
 *     without a look at its image: what lies behind the first live object counts
 * @param bytesReturned bytes that its closing has given back to the operating system; 0 for an open epoch, and for a
 *     drained one, about which nothing is kept but what its {@link EpochClosing} said
 * @param pinning handles of up to eight of the live objects: what keeps a closed epoch from draining. In a list of
 *     epochs those that are known without reading the device: not those of a cold slab that has used a slot twice;
 *     {@link SlabAllocator#epochInfo} reads its image if there are no others, and {@link SlabAllocator#walk} shows all
 */
public record EpochInfo(
        long epoch,
        String label,
        State state,
        Lifetime lifetime,
        Instant opened,
        Optional<Instant> closed,
        Optional<Instant> expires,
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

    /** The same with other handles of what pins it. */
    EpochInfo withPinning(List<Long> handles) {
        return new EpochInfo(
                epoch,
                label,
                state,
                lifetime,
                opened,
                closed,
                expires,
                entries,
                residentSlabs,
                coldSlabs,
                liveObjects,
                liveBytes,
                bytesReturned,
                List.copyOf(handles));
    }

    /** The tiers in which it has slabs: none, one, or both while a part of it is on its way. */
    public Set<Tier> tiers() {
        Set<Tier> tiers = EnumSet.noneOf(Tier.class);
        if (residentSlabs > 0) {
            tiers.add(Tier.RESIDENT);
        }
        if (coldSlabs > 0) {
            tiers.add(Tier.COLD);
        }
        return Set.copyOf(tiers);
    }
}
