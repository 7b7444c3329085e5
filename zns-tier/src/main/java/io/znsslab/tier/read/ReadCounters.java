package io.znsslab.tier.read;

import io.znsslab.core.worker.InFlightGauge;
import io.znsslab.tier.latency.LatencyHistogram;
import java.util.concurrent.atomic.LongAdder;

/** Live counters of reading. Written by its threads, readable by any thread. */
public final class ReadCounters {
    /** Slabs checked and delivered. */
    public final LongAdder slabsRead = new LongAdder();
    /** How many of {@link #slabsRead} shared another read's transfer. */
    public final LongAdder sharedReads = new LongAdder();
    /** Bytes read from the device. */
    public final LongAdder bytesRead = new LongAdder();
    /** Slabs rejected because the bytes read were not the bytes written. */
    public final LongAdder corruptSlabs = new LongAdder();
    /** Reads that the device failed. */
    public final LongAdder failedReads = new LongAdder();
    /** Reads of the reader thread in flight. */
    public final InFlightGauge queuedReads = new InFlightGauge();
    /** From the request to the arrival of the slab in its destination. */
    public final LatencyHistogram latency = new LatencyHistogram();
}
