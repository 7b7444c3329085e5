package io.znsslab.tier.collect;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What garbage collection has done so far. */
public final class CollectionCounters {
    /** Images that are of no use any more, since their slab died or was written anew. */
    public final AtomicLong slabsReleased = new AtomicLong();
    /** Zones taken up. */
    public final LongAdder zones = new LongAdder();
    /** Slabs that live somewhere else now. */
    public final LongAdder slabsRelocated = new LongAdder();
    /** Slabs that died while they were moved. */
    public final LongAdder slabsDiedOnTheWay = new LongAdder();
    /** Epochs dropped whole since the device was full. */
    public final LongAdder epochsEvicted = new LongAdder();
    /** Slabs dropped with them. */
    public final LongAdder slabsEvicted = new LongAdder();
    /** Zones given up since something in them could not be read. */
    public final LongAdder unmovableZones = new LongAdder();
}
