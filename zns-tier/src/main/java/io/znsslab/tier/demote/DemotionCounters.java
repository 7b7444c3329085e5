package io.znsslab.tier.demote;

import io.znsslab.core.worker.InFlightGauge;
import io.znsslab.tier.latency.LatencyHistogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * Live counters of demotion. Written by its threads, readable by any thread; each figure is exact once the writer
 * thread pauses.
 */
public final class DemotionCounters {
    /** Slabs of epochs made durable and reported to the allocator. */
    public final LongAdder slabsDemoted = new LongAdder();
    /** Bytes of slab images of epochs written. */
    public final LongAdder imageBytes = new LongAdder();
    /** Bytes of slab images written by relocation. */
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
    /** From a batch's acceptance to the report of its last slab, relocations left out. */
    public final LatencyHistogram demotionLatency = new LatencyHistogram();
    /** Durations of extents' writes. */
    public final LatencyHistogram writeLatency = new LatencyHistogram();
    /** Durations of flushes. */
    public final LatencyHistogram flushLatency = new LatencyHistogram();
}
