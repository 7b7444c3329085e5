package io.znsslab.tier.demote;

import io.znsslab.core.cold.SlabBatch;

/**
 * Slabs that move from one zone to another, from any epochs. They have zone writers of their own where there are
 * enough, and may take zones of the reserve.
 */
public interface RelocatedSlabs extends SlabBatch {
    /** How often these slabs have been moved at least, this move included: 1 or more. */
    int generation();

    /** The number of one slab's epoch. */
    long epoch(int index);
}
