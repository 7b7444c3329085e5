package io.znsslab.core.registry;

import io.znsslab.core.arena.Invariant;
import java.util.BitSet;

/**
 * Where each slab id is, noted one by one, to check that every id that was ever taken is found exactly once: in a
 * frame, on the cold tier, in a stripe's stock, on the free list, kept by a closed epoch until it has drained, or used
 * up.
 *
 * <p>For one check by one thread, while no slab moves.
 */
public final class IdCensus {
    private final Registry registry;
    private final BitSet found = new BitSet();

    /** Nothing noted but the ids on the free list and those used up. */
    public IdCensus(Registry registry) {
        this.registry = registry;
        registry.ids().countUnused(this);
    }

    /** Notes an id that was found {@code where}. */
    public void found(long id, String where) {
        int entry = (int) (id & registry.entryMask());
        if (id == Registry.NO_ID || entry > registry.ids().lastTaken()) {
            throw Invariant.broken("slab id %d is %s and was never taken".formatted(id, where));
        }
        if (found.get(entry)) {
            throw Invariant.broken("slab id %d is %s, and found elsewhere too; its word is %s"
                    .formatted(id, where, Registry.describe(registry.laWord(id))));
        }
        found.set(entry);
    }

    /** Checks that no id is missing. */
    public void checkComplete() {
        long missing = found.nextClearBit(1);
        if (missing <= registry.ids().lastTaken()) {
            throw Invariant.broken("slab id %d is lost: in no frame, on no tier, in no stock or list; its word is %s"
                    .formatted(missing, Registry.describe(registry.laWord(missing))));
        }
    }
}
