package io.znsslab.core.event;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tells Flight Recorder what happens, if that is there and a recording asks. Thread-safe; nothing here throws. */
public final class StoreEvents {
    /** Reads that take longer are told one by one. */
    public static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final boolean RECORDER =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private StoreEvents() {}

    /**
     * An epoch was closed, and its disposition carried out. Domains that a thread opens and discards one after the
     * other at the same place are not told.
     *
     * @param slabsDemoted slabs that went to the device
     */
    public static void epochClosed(
            long epoch, String disposition, long slabs, long slabsReturned, long bytesReturned, long slabsDemoted) {
        if (RECORDER) {
            RecordedEvents.epochClosed(epoch, disposition, slabs, slabsReturned, bytesReturned, slabsDemoted);
        }
    }

    /**
     * An epoch was not closed for longer than it should be, or a domain of it not left.
     *
     * @param openMillis how long it has been open
     * @param entries entries of domains that are not left
     * @param isClosing whether it was closed, and waits for those
     * @param atClosing whether the allocator is being closed
     * @param openedAt made where it was opened; null if that is not known
     */
    public static void epochLeftOpen(
            long epoch,
            String label,
            long openMillis,
            long entries,
            boolean isClosing,
            boolean atClosing,
            @Nullable Throwable openedAt) {
        if (RECORDER) {
            RecordedEvents.epochLeftOpen(epoch, label, openMillis, entries, isClosing, atClosing, openedAt);
        }
    }

    /** A slab was read into DRAM to stay there. */
    public static void slabPromoted(long slab, long epoch) {
        if (RECORDER) {
            RecordedEvents.slabPromoted(slab, epoch);
        }
    }

    /** Slabs that lie one after the other in a zone are durable there, and their allocator has been told. */
    public static void slabsDemoted(String device, int zone, int slabs) {
        if (RECORDER) {
            RecordedEvents.slabsDemoted(device, zone, slabs);
        }
    }

    /** Garbage collection moved a live slab. */
    public static void slabRelocated(String device, long slab, int fromZone, int toZone) {
        if (RECORDER) {
            RecordedEvents.slabRelocated(device, slab, fromZone, toZone);
        }
    }

    /** A zone in which nothing was live was reset. */
    public static void zoneReset(String device, int zone, long tookNanos) {
        if (RECORDER) {
            RecordedEvents.zoneReset(device, zone, tookNanos);
        }
    }

    /** A read of a cold slab has ended; told if it took longer than {@link #STALL_NANOS}. */
    public static void readEnded(String device, int zone, long slab, long tookNanos) {
        if (tookNanos > STALL_NANOS && RECORDER) {
            RecordedEvents.readStalled(device, zone, slab, tookNanos);
        }
    }

    /** What was read is not what was written. */
    public static void checksumFailed(String device, int zone, long slab, String reason) {
        if (RECORDER) {
            RecordedEvents.checksumFailed(device, zone, slab, reason);
        }
    }
}
