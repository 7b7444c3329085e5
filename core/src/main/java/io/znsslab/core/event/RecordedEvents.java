package io.znsslab.core.event;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** The events, as Flight Recorder knows them; apart from {@link StoreEvents}, which may live without it. */
final class RecordedEvents {
    private static final int MOST_FRAMES = 64;

    private RecordedEvents() {}

    static void epochClosed(
            long epoch, String disposition, long slabs, long slabsReturned, long bytesReturned, long slabsDemoted) {
        EpochClosed event = new EpochClosed();
        if (event.shouldCommit()) {
            event.epoch = epoch;
            event.disposition = disposition;
            event.slabs = slabs;
            event.slabsReturned = slabsReturned;
            event.bytesReturned = bytesReturned;
            event.slabsDemoted = slabsDemoted;
            event.commit();
        }
    }

    static void epochLeftOpen(
            long epoch,
            String label,
            long openMillis,
            long entries,
            boolean isClosing,
            boolean atClosing,
            @Nullable Throwable openedAt) {
        EpochLeftOpen event = new EpochLeftOpen();
        if (event.shouldCommit()) {
            event.epoch = epoch;
            event.label = label;
            event.openFor = openMillis;
            event.entries = entries;
            event.closing = isClosing;
            event.allocatorClosed = atClosing;
            event.openedAt = openedAt == null ? null : place(openedAt);
            event.commit();
        }
    }

    /** The thread that opened an epoch, and its stack, a line a frame. */
    private static String place(Throwable openedAt) {
        return Stream.concat(
                        Stream.of(String.valueOf(openedAt.getMessage())),
                        Arrays.stream(openedAt.getStackTrace())
                                .limit(MOST_FRAMES)
                                .map(StackTraceElement::toString))
                .collect(Collectors.joining("\n"));
    }

    static void slabPromoted(long slab, long epoch) {
        SlabPromoted event = new SlabPromoted();
        if (event.shouldCommit()) {
            event.slab = slab;
            event.epoch = epoch;
            event.commit();
        }
    }

    static void slabsDemoted(String device, int zone, int slabs) {
        SlabsDemoted event = new SlabsDemoted();
        if (event.shouldCommit()) {
            event.device = device;
            event.zone = zone;
            event.slabs = slabs;
            event.commit();
        }
    }

    static void slabRelocated(String device, long slab, int fromZone, int toZone) {
        SlabRelocated event = new SlabRelocated();
        if (event.shouldCommit()) {
            event.device = device;
            event.slab = slab;
            event.fromZone = fromZone;
            event.toZone = toZone;
            event.commit();
        }
    }

    static void zoneReset(String device, int zone, long tookNanos) {
        ZoneReset event = new ZoneReset();
        if (event.shouldCommit()) {
            event.device = device;
            event.zone = zone;
            event.took = tookNanos;
            event.commit();
        }
    }

    static void readStalled(String device, int zone, long slab, long tookNanos) {
        ReadStalled event = new ReadStalled();
        if (event.shouldCommit()) {
            event.device = device;
            event.zone = zone;
            event.slab = slab;
            event.took = tookNanos;
            event.commit();
        }
    }

    static void checksumFailed(String device, int zone, long slab, String reason) {
        ChecksumFailed event = new ChecksumFailed();
        if (event.shouldCommit()) {
            event.device = device;
            event.zone = zone;
            event.slab = slab;
            event.reason = reason;
            event.commit();
        }
    }

    @Name("io.znsslab.EpochClosed")
    @Label("Epoch Closed")
    @Category({"ZNS-Slab", "Epoch"})
    @Description("An epoch was closed, and its disposition carried out")
    @Enabled(false)
    @StackTrace(false)
    static final class EpochClosed extends Event {
        @Label("Epoch")
        long epoch;

        @Label("Disposition")
        String disposition;

        @Label("Slabs")
        long slabs;

        @Label("Slabs Given Back")
        long slabsReturned;

        @Label("Given Back")
        @DataAmount
        long bytesReturned;

        @Label("Slabs Demoted")
        long slabsDemoted;
    }

    @Name("io.znsslab.EpochLeftOpen")
    @Label("Epoch Left Open")
    @Category({"ZNS-Slab", "Epoch"})
    @Description("An epoch was open for longer than it should be, or a domain of it was never left")
    @Enabled(false)
    @StackTrace(false)
    static final class EpochLeftOpen extends Event {
        @Label("Epoch")
        long epoch;

        @Label("Name")
        String label;

        @Label("Open For")
        @Timespan(Timespan.MILLISECONDS)
        long openFor;

        @Label("Entries Not Left")
        long entries;

        @Label("Waits to Be Closed")
        boolean closing;

        @Label("Allocator Closed")
        boolean allocatorClosed;

        @Label("Opened At")
        @Nullable
        String openedAt;
    }

    @Name("io.znsslab.SlabPromoted")
    @Label("Slab Promoted")
    @Category({"ZNS-Slab", "Tier"})
    @Description("A slab was read into DRAM to stay there")
    @Enabled(false)
    @StackTrace(false)
    static final class SlabPromoted extends Event {
        @Label("Slab")
        long slab;

        @Label("Epoch")
        long epoch;
    }

    @Name("io.znsslab.SlabsDemoted")
    @Label("Slabs Demoted")
    @Category({"ZNS-Slab", "Tier"})
    @Description("Slabs are durable in a zone, one after the other")
    @Enabled(false)
    @StackTrace(false)
    static final class SlabsDemoted extends Event {
        @Label("Device")
        String device;

        @Label("Zone")
        int zone;

        @Label("Slabs")
        int slabs;
    }

    @Name("io.znsslab.SlabRelocated")
    @Label("Slab Relocated")
    @Category({"ZNS-Slab", "Tier"})
    @Description("Garbage collection moved a live slab")
    @Enabled(false)
    @StackTrace(false)
    static final class SlabRelocated extends Event {
        @Label("Device")
        String device;

        @Label("Slab")
        long slab;

        @Label("From Zone")
        int fromZone;

        @Label("To Zone")
        int toZone;
    }

    @Name("io.znsslab.ZoneReset")
    @Label("Zone Reset")
    @Category({"ZNS-Slab", "Tier"})
    @Description("A zone in which nothing was live was reset")
    @Enabled(false)
    @StackTrace(false)
    static final class ZoneReset extends Event {
        @Label("Device")
        String device;

        @Label("Zone")
        int zone;

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("io.znsslab.ReadStalled")
    @Label("Read Stalled")
    @Category({"ZNS-Slab", "Tier"})
    @Description("A read of a cold slab took longer than 20 ms")
    @Enabled(false)
    @StackTrace(false)
    static final class ReadStalled extends Event {
        @Label("Device")
        String device;

        @Label("Zone")
        int zone;

        @Label("Slab")
        long slab;

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }

    @Name("io.znsslab.ChecksumFailed")
    @Label("Checksum Failed")
    @Category({"ZNS-Slab", "Tier"})
    @Description("What was read is not what was written")
    @Enabled(false)
    @StackTrace(false)
    static final class ChecksumFailed extends Event {
        @Label("Device")
        String device;

        @Label("Zone")
        int zone;

        @Label("Slab")
        long slab;

        @Label("Reason")
        String reason;
    }
}
