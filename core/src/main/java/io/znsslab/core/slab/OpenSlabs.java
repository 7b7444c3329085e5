package io.znsslab.core.slab;

/**
 * The parts that have the slabs of open epochs in hand, for what takes slabs from them: closing an epoch, retaining one
 * in place, and reclaiming memory.
 */
public record OpenSlabs(
        Stripes stripes, EpochGate gate, GracePeriod grace, SlabRefill refill, FreeBits bits, FrameRecycler recycler) {}
