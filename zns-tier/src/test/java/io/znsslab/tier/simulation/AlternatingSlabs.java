package io.znsslab.tier.simulation;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import java.util.List;

/** Slabs of two epochs whose ids alternate, so that each takes a record of its own in the log. */
final class AlternatingSlabs {
    /** The largest that a size class serves by default. */
    static final int PAYLOAD_BYTES = 760;

    private static final int OBJECTS_OF_A_SLAB = 5;

    private AlternatingSlabs() {}

    /** Fills so many slabs and demotes them, with the current epoch and the next one; adds the objects' handles. */
    static void demote(SlabAllocator store, int slabs, List<Long> handles) {
        long first = store.currentEpoch();
        long second = store.advanceEpoch();
        for (int i = 0; i < slabs * OBJECTS_OF_A_SLAB; i++) {
            handles.add(store.allocate(PAYLOAD_BYTES, i % 2 == 0 ? first : second));
        }
        store.advanceEpoch();
        store.closeEpoch(first, Disposition.DEMOTE).join();
        store.closeEpoch(second, Disposition.DEMOTE).join();
    }
}
