package io.znsslab.tier.demote;

import java.util.concurrent.atomic.LongAdder;

/** What demotion has done so far. Written by its threads, read by anybody; each figure is exact once the writer pauses. */
public final class DemotionCounters {
    /** Slabs handed over. */
    public final LongAdder slabsDemoted = new LongAdder();
    /** Bytes of slab images written. */
    public final LongAdder imageBytes = new LongAdder();
    /** Bytes of zone headers and summaries written. */
    public final LongAdder headerBytes = new LongAdder();
    /** Bytes written only to fill zones up. */
    public final LongAdder paddingBytes = new LongAdder();
    /** Extents written. */
    public final LongAdder extents = new LongAdder();
    /** Flushes done. */
    public final LongAdder flushes = new LongAdder();
    /** Extents whose writing failed. */
    public final LongAdder failedExtents = new LongAdder();
}
