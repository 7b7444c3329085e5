package io.znsslab.tier.collect;

import java.util.concurrent.atomic.LongAdder;

/** What garbage collection has done so far. */
public final class CollectionCounters {
    /** Zones taken up. */
    public final LongAdder zones = new LongAdder();
    /** Slabs that live somewhere else now. */
    public final LongAdder slabsRelocated = new LongAdder();
    /** Slabs that died while they were moved. */
    public final LongAdder slabsDiedOnTheWay = new LongAdder();
    /** Zones given up since something in them could not be read. */
    public final LongAdder unmovableZones = new LongAdder();
}
