package io.znsslab.tier.metrics;

import io.znsslab.tier.TierStatistics;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A sample of what a tier has done since it was opened, and of what it holds. */
@Name("io.znsslab.ColdTier")
@Label("Cold Tier")
@Category({"ZNS-Slab", "Tier"})
@Description("What a tier on a zoned device did since it was opened, and what it holds")
@Period("10 s")
@StackTrace(false)
final class TierEvent extends Event {
    @Label("Device")
    String device;

    @Label("I/O Method")
    @Description("How reads, writes and flushes reach the device")
    String ioMethod;

    @Label("Live Slabs")
    long liveSlabs;

    @Label("Slabs Demoted")
    long slabsDemoted;

    @Label("Slabs Released")
    long slabsReleased;

    @Label("Slabs Relocated")
    long slabsRelocated;

    @Label("Slabs Read")
    long slabsRead;

    @Label("Corrupt Slabs")
    long corruptSlabs;

    @Label("Failed Reads")
    long failedReads;

    @Label("Failed Extents")
    long failedExtents;

    @Label("Bytes Written")
    @DataAmount
    long bytesWritten;

    @Label("Bytes Read")
    @DataAmount
    long bytesRead;

    @Label("Host Write Amplification")
    @Description("Bytes written for each byte of demoted slabs")
    double hostWriteAmplification;

    @Label("Zones in Use")
    int zonesInUse;

    @Label("Free Zones")
    int freeZones;

    @Label("Zone Resets")
    long zoneResets;

    @Label("Demotion Backlog")
    @DataAmount
    long backlogBytes;

    @Label("Writes in Flight")
    int writesInFlight;

    @Label("Reads in Flight")
    int readsInFlight;

    @Label("Demotion, 99th Percentile")
    @Timespan(Timespan.NANOSECONDS)
    long demotionP99;

    @Label("Extent Write, 99th Percentile")
    @Timespan(Timespan.NANOSECONDS)
    long writeP99;

    @Label("Flush, 99th Percentile")
    @Timespan(Timespan.NANOSECONDS)
    long flushP99;

    @Label("Read, 99th Percentile")
    @Timespan(Timespan.NANOSECONDS)
    long readP99;

    static TierEvent of(String device, TierStatistics statistics) {
        TierEvent event = new TierEvent();
        event.device = device;
        event.ioMethod = statistics.ioMethod().name();
        event.liveSlabs = statistics.zones().liveSlabs();
        event.slabsDemoted = statistics.writes().slabsDemoted();
        event.slabsReleased = statistics.zones().slabsReleased();
        event.slabsRelocated = statistics.collection().slabsRelocated();
        event.slabsRead = statistics.reads().slabsRead();
        event.corruptSlabs = statistics.reads().corruptSlabs();
        event.failedReads = statistics.reads().failedReads();
        event.failedExtents = statistics.writes().failedExtents();
        event.bytesWritten = statistics.bytesWritten();
        event.bytesRead = statistics.reads().bytesRead();
        event.hostWriteAmplification = statistics.hostWriteAmplification();
        event.zonesInUse = statistics.zones().inUse();
        event.freeZones = statistics.zones().free();
        event.zoneResets = statistics.zones().resets();
        event.backlogBytes = statistics.queueDepths().backlogBytes();
        event.writesInFlight = statistics.queueDepths().writes();
        event.readsInFlight = statistics.queueDepths().reads();
        event.demotionP99 = statistics.writes().latency().demotion().p99Nanos();
        event.writeP99 = statistics.writes().latency().write().p99Nanos();
        event.flushP99 = statistics.writes().latency().flush().p99Nanos();
        event.readP99 = statistics.reads().latency().p99Nanos();
        return event;
    }
}
