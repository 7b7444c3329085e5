package io.znsslab.tier.read;

import java.util.concurrent.atomic.LongAdder;

/** What reading has done so far. */
public final class ReadCounters {
    /** Slabs read and checked. */
    public final LongAdder slabsRead = new LongAdder();
    /** Bytes read from the device. */
    public final LongAdder bytesRead = new LongAdder();
    /** Slabs rejected since what was read was not what was written. */
    public final LongAdder corruptSlabs = new LongAdder();
    /** Reads that the device failed. */
    public final LongAdder failedReads = new LongAdder();
}
