package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdRestoration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What earlier runs may have issued, as far as a new run must know so that no handle is issued twice; see the package's
 * description. For one thread.
 */
final class RecoveredBounds {
    private final RecoveredSlabs found;
    private final boolean isDamaged;
    private final Bounds first;
    private final IssueBounds issued;
    private final Map<Long, Integer> raised;

    /**
     * Works the bounds out from what the log says.
     *
     * @param promised what all of the log's regions promise, if one of them is damaged or lost, so that what the others
     *     say about single ids may not be the last word; or what another store has issued, whose handles this new one
     *     takes over; else null
     */
    RecoveredBounds(RecoveredSlabs found, Bounds promised) {
        this.found = found;
        isDamaged = promised != null;
        first = isDamaged ? promised : new Bounds(Math.max(1, found.slabIds), found.epochBound);
        if (isDamaged || found.issued == null) {
            issued = new IssueBounds(found.promise(), first.slabIds(), 1, 1);
        } else if (found.closed) {
            issued = found.issued;
        } else {
            int generations = found.issued.generations();
            issued = new IssueBounds(found.issued.far(), found.issued.knownId(), generations, generations);
        }
        raised = isDamaged
                ? Map.of()
                : found.raised().entrySet().stream()
                        .filter(entry -> entry.getValue() > issued.generations())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** What may have been issued; no slab ids and epochs from its bounds on ever were. */
    Reservations reservations() {
        return new Reservations(first, issued, raised);
    }

    /**
     * A generation that neither the slabs of those ids nor the slabs that had these ids later have gone beyond, as far
     * as is known.
     */
    int lastGenerationOf(SlabIds ids, int ofEpoch) {
        if (isDamaged || (found.issued == null && !found.closed)) {
            return ColdEpoch.NO_GENERATION_LEFT;
        }
        if (found.closed && found.generationsAtSuddenEnd == 0) {
            return ofEpoch;
        }
        // In a region that openings went on with, the epoch's record may be older than a sudden end, before which the
        // ids may have been used for other slabs.
        int unlessRaised = found.closed ? found.generationsAtSuddenEnd : issued.generations();
        Map<Long, Integer> ofSingleIds = found.closed ? found.raised() : raised;
        int bound = Math.max(ofEpoch + 1, unlessRaised);
        for (int i = 0; i < ids.size() && !ofSingleIds.isEmpty(); i++) {
            bound = Math.max(bound, ofSingleIds.getOrDefault(ids.get(i), 0));
        }
        return Math.min(bound - 1, ColdEpoch.NO_GENERATION_LEFT);
    }

    /** Reports to the allocator where ids and generations go on. */
    void restore(ColdRestoration restoration) {
        long knownId = Math.min(issued.knownId(), first.slabIds());
        restoration.goOn(first.slabIds(), first.epochs(), knownId, issued.knownGeneration());
        if (isDamaged) {
            return;
        }
        if (found.closed) {
            for (int i = 0; i < found.reusableIds().size(); i++) {
                restoration.reusable(found.reusableIds().get(i), (int)
                        found.reusableGenerations().get(i));
            }
        }
        restoreThoseWithBounds(restoration);
    }

    /** Restores the ids about which more is known, or less, than about those that no record names. */
    private void restoreThoseWithBounds(ColdRestoration restoration) {
        Map<Long, Integer> bounds = new HashMap<>();
        SlabIds withoutSlab = found.withoutSlab();
        for (int i = 0; i < withoutSlab.size(); i++) {
            bounds.put(withoutSlab.get(i), issued.generations());
        }
        raised.forEach((id, bound) -> bounds.merge(id, Math.max(bound, issued.generations()), Math::max));
        long[] listed = found.closed
                ? Arrays.copyOf(found.reusableIds().array(), found.reusableIds().size())
                : new long[0];
        bounds.forEach((id, bound) -> {
            boolean isSaid = Arrays.binarySearch(listed, id) >= 0 || found.hasSlab(id);
            if (!isSaid && id >= issued.knownId() && id < first.slabIds()) {
                restoration.reusable(id, bound);
            }
        });
    }
}
