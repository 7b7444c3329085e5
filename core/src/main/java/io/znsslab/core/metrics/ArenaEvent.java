package io.znsslab.core.metrics;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.statistics.ArenaUsage;
import io.znsslab.core.statistics.ColdStatistics;
import io.znsslab.core.statistics.EpochStatistics;
import io.znsslab.core.statistics.MemoryUsage;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/** Memory, epochs and the way between the tiers of one allocator. */
@Name("io.znsslab.Arena")
@Label("Slab Arena")
@Category({"ZNS-Slab", "Allocator"})
@Description("Memory of an allocator's DRAM tier, and what its closed epochs did since it was built")
@Period("10 s")
@StackTrace(false)
final class ArenaEvent extends Event {
    @Label("Allocator")
    String allocator;

    @Label("Limit")
    @DataAmount
    long limitBytes;

    @Label("Granted")
    @DataAmount
    long grantedBytes;

    @Label("Resident")
    @Description("Pages of the arena in physical memory, as the kernel counts them")
    @DataAmount
    long rssBytes;

    @Label("Memory Limit")
    @Description("What the allocator and its cold tier may use off the heap; 0 for no limit")
    @DataAmount
    long memoryLimitBytes;

    @Label("Tables")
    @Description("Tables by which slabs are found")
    @DataAmount
    long tableBytes;

    @Label("Segments")
    @Description("Segments that domains took from the C heap")
    @DataAmount
    long segmentBytes;

    @Label("Scratch")
    @Description("Room for images of cold slabs that are being read")
    @DataAmount
    long scratchBytes;

    @Label("Tier")
    @Description("Buffers and read cache of the cold tier, at most")
    @DataAmount
    long tierBytes;

    @Label("Newest Epoch")
    long currentEpoch;

    @Label("Epochs Closed")
    long epochsClosed;

    @Label("Drained at Close")
    @Description("Share of closed epochs that had nothing left then; low where long-lived objects are allocated in "
            + "short-lived epochs")
    @Percentage
    double drainedShare;

    @Label("Given Back")
    @Description("Bytes that closings gave back to the operating system")
    @DataAmount
    long bytesReturned;

    @Label("Slabs Promoted")
    long slabsPromoted;

    @Label("Slabs Written")
    long slabsWritten;

    @Label("Slabs Dropped Unchanged")
    long slabsDroppedUnchanged;

    @Label("Slabs Written Back")
    @Description("Promoted slabs that had changed and were written to the cold tier again")
    long slabsWrittenBack;

    @Label("Epochs Evicted")
    @Description("Epochs that were dropped since the cold tier was full")
    long epochsEvicted;

    @Label("Slabs Evicted")
    long slabsEvicted;

    static ArenaEvent of(String name, SlabAllocator allocator) {
        ArenaUsage usage = allocator.arenaUsage();
        EpochStatistics epochs = allocator.epochStatistics();
        ColdStatistics cold = allocator.coldStatistics();
        ArenaEvent event = new ArenaEvent();
        event.allocator = name;
        event.limitBytes = usage.limitBytes();
        event.grantedBytes = usage.grantedBytes();
        event.rssBytes = usage.rssBytes();
        MemoryUsage memory = allocator.memoryUsage();
        event.memoryLimitBytes = memory.limitBytes();
        event.tableBytes = memory.tableBytes();
        event.segmentBytes = memory.segmentBytes();
        event.scratchBytes = memory.scratchBytes();
        event.tierBytes = memory.tierBufferBytes() + memory.tierCacheBytes();
        event.currentEpoch = allocator.newestEpoch();
        event.epochsClosed = epochs.closed();
        event.drainedShare = epochs.drainedShare();
        event.bytesReturned = epochs.bytesReturned();
        event.slabsPromoted = cold.slabsPromoted();
        event.slabsWritten = cold.slabsWritten();
        event.slabsDroppedUnchanged = cold.slabsDroppedUnchanged();
        event.slabsWrittenBack = cold.slabsWrittenBack();
        event.epochsEvicted = cold.epochsEvicted();
        event.slabsEvicted = cold.slabsEvicted();
        return event;
    }
}
