package io.znsslab.core.metrics;

import io.znsslab.core.statistics.SlabStatistics;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** The counters of one size class of one allocator, each counted since the allocator was built. */
@Name("io.znsslab.SizeClass")
@Label("Slab Size Class")
@Category({"ZNS-Slab", "Allocator"})
@Description("What happened in one size class of an allocator since it was built")
@Period("10 s")
@StackTrace(false)
final class SizeClassEvent extends Event {
    /** In the place of a slot's size: packed slabs, whose slots are granules. */
    static final int PACKED = 0;

    @Label("Allocator")
    String allocator;

    @Label("Size Class")
    @Description("Bytes of a slot; 0 for packed slabs")
    int slotBytes;

    @Label("Slots Claimed")
    long slotsClaimed;

    @Label("Refills")
    long refills;

    @Label("Slow Path Hits")
    long slowPathHits;

    @Label("New Slabs")
    long newSlabs;

    @Label("Partial to Full")
    long partialToFull;

    @Label("Full to Partial")
    long fullToPartial;

    @Label("Current Null")
    long currentNull;

    @Label("Current Full")
    long currentFull;

    @Label("Empty Slabs Recycled")
    long emptiesRecycled;

    @Label("Empty Slabs Overflowed")
    long emptiesOverflowed;

    @Label("Slabs Stolen")
    long slabsStolen;

    static SizeClassEvent of(String allocator, int slotBytes, SlabStatistics counters) {
        SizeClassEvent event = new SizeClassEvent();
        event.allocator = allocator;
        event.slotBytes = slotBytes;
        event.slotsClaimed = counters.slotsClaimed();
        event.refills = counters.refills();
        event.slowPathHits = counters.slowPathHits();
        event.newSlabs = counters.newSlabs();
        event.partialToFull = counters.partialToFull();
        event.fullToPartial = counters.fullToPartial();
        event.currentNull = counters.currentNull();
        event.currentFull = counters.currentFull();
        event.emptiesRecycled = counters.emptiesRecycled();
        event.emptiesOverflowed = counters.emptiesOverflowed();
        event.slabsStolen = counters.slabsStolen();
        return event;
    }
}
