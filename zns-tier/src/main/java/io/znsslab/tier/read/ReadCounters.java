package io.znsslab.tier.read;

import io.znsslab.core.worker.InFlightGauge;
import io.znsslab.tier.device.LatencyHistogram;
import java.util.concurrent.atomic.LongAdder;

/** What reading has done so far. */
public final class ReadCounters {
    /** Slabs delivered, having been checked. */
    public final LongAdder slabsRead = new LongAdder();
    /** Of these, how many shared another read's transfer. */
    public final LongAdder sharedReads = new LongAdder();
    /** Bytes read from the device. */
    public final LongAdder bytesRead = new LongAdder();
    /** Slabs rejected since what was read was not what was written. */
    public final LongAdder corruptSlabs = new LongAdder();
    /** Reads that the device failed. */
    public final LongAdder failedReads = new LongAdder();
    /** Reads of the reading thread in flight. */
    public final InFlightGauge queuedReads = new InFlightGauge();
    /** From the request to the slab in its destination. */
    public final LatencyHistogram latency = new LatencyHistogram();
}
