package io.znsslab.tier.demote;

import io.znsslab.core.worker.InFlightGauge;
import io.znsslab.tier.device.LatencyHistogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * What demotion has done so far. Written by its threads, read by anybody; each figure is exact once the writer pauses.
 */
public final class DemotionCounters {
    /** Slabs of epochs handed over. */
    public final LongAdder slabsDemoted = new LongAdder();
    /** Bytes of slab images of epochs written. */
    public final LongAdder imageBytes = new LongAdder();
    /** Bytes of slab images written that were on the device already, in other zones. */
    public final LongAdder relocatedBytes = new LongAdder();
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
    /** Writes of extents in flight. */
    public final InFlightGauge writesInFlight = new InFlightGauge();
    /** From a batch's acceptance to its last slab's hand-over, relocations left out. */
    public final LatencyHistogram demotionLatency = new LatencyHistogram();
    /** From an extent's submission to the end of its writing. */
    public final LatencyHistogram writeLatency = new LatencyHistogram();
    /** Of flushes. */
    public final LatencyHistogram flushLatency = new LatencyHistogram();
}
