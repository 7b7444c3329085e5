package io.znsslab.tier.collect;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Live counters of garbage collection. Written by its threads, readable by any thread. */
public final class CollectionCounters {
    /** Images that are of no use any more, because their slab died or was written anew. */
    public final AtomicLong slabsReleased = new AtomicLong();
    /** Zones that collection began to empty. */
    public final LongAdder zones = new LongAdder();
    /** Slabs moved to another zone. */
    public final LongAdder slabsRelocated = new LongAdder();
    /** Slabs that died while they were moved. */
    public final LongAdder slabsDiedOnTheWay = new LongAdder();
    /** Epochs dropped whole because the device was full. */
    public final LongAdder epochsEvicted = new LongAdder();
    /** Slabs of evicted epochs. */
    public final LongAdder slabsEvicted = new LongAdder();
    /** Zones given up because something in them could not be read. */
    public final LongAdder unmovableZones = new LongAdder();
}
