package io.znsslab.tier.transfer;

import io.znsslab.core.HandleFormat;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What an export says of the store it was made of.
 *
 * @param handles format of its handles
 * @param slabBytes bytes of its slabs
 * @param slotBytes bytes of the slots of each size class
 * @param store its identity
 * @param exported when the export was made, by the clock of the machine that made it
 * @param slabIdsBelow the store had issued no slab id from this one on
 * @param epochsBelow the store had opened no epoch from this one on
 */
public record ExportHeader(
        HandleFormat handles,
        int slabBytes,
        List<Integer> slotBytes,
        UUID store,
        Instant exported,
        long slabIdsBelow,
        long epochsBelow) {
    /** Copies the list. */
    public ExportHeader {
        slotBytes = List.copyOf(slotBytes);
    }
}
