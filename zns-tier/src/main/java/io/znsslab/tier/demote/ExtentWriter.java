package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.staging.StagingBuffers;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneReclaimer;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/** Forms extents and writes and flushes them. Used by the writer thread only. */
final class ExtentWriter implements StagedWrite.Listener, AutoCloseable {
    private final ZonedDevice device;
    private final ZoneAllocator zones;
    private final ZoneReclaimer reclaimer;
    private final ZoneTable table;
    private final SpaceForecast forecast;
    private final WritingPlan plan;
    private final DemotionCounters counters;
    private final BlockingQueue<Extent> pool;
    private final CompletionThread completionThread;
    private final StagingBuffers staging;
    private final IoQueue queue;
    private final ZoneWriter[] writers;
    /**
     * How many of the zone writers, the first ones, take slabs of epochs; the others take relocated slabs, unless one
     * does both.
     */
    private final int writersForDemotions;

    private final ArrayDeque<StagedWrite> freeBuffers = new ArrayDeque<>();
    private final ArrayList<DemotedBatch> demotions = new ArrayList<>();
    private final ArrayDeque<Extent> unflushed = new ArrayDeque<>();
    private final ArrayDeque<Extent> flushing = new ArrayDeque<>();
    private final Flush flush = new Flush();
    private long unflushedBytes;
    private boolean flushInFlight;
    /** Whether data and log alternate in having a zone partly written. */
    private final boolean oneZoneAtATime;

    private boolean lifetimesAreStated;
    private int writesInFlight;
    /** Slabs assigned since the last call of {@link #takeAssigned}. */
    private int assigned;

    ExtentWriter(
            TierContext context,
            WritingPlan plan,
            DemotionCounters counters,
            BlockingQueue<Extent> pool,
            CompletionThread completionThread,
            SpaceForecast forecast) {
        device = context.device();
        zones = context.zones();
        reclaimer = context.reclaimer();
        table = context.table();
        oneZoneAtATime = zones.logZones() == 0;
        this.forecast = forecast;
        this.plan = plan;
        this.counters = counters;
        this.pool = pool;
        this.completionThread = completionThread;
        staging = new StagingBuffers(plan.buffers(), plan.stagingBytes());
        queue = device.openQueue(new IoQueueSettings(plan.queueDepth(), true, true, List.of(staging.memory())));
        int mostBytesAtOnce = device.geometry().maxTransferBytes();
        for (int i = 0; i < staging.count(); i++) {
            freeBuffers.add(new StagedWrite(staging.buffer(i), staging.view(i), mostBytesAtOnce, queue, this));
        }
        int forDemotions = plan.forDemotions();
        writers = new ZoneWriter[plan.zoneWriters()];
        writersForDemotions = forDemotions;
        // A slab that survives its neighbours tends to live on: relocated slabs are kept apart from new ones where
        // there are two zone writers at all, and slabs relocated twice from those relocated once where there are
        // enough.
        boolean shared = writers.length == forDemotions;
        for (int i = 0; i < writers.length; i++) {
            int first = shared ? 1 : i - forDemotions + 1;
            int last = i == writers.length - 1 ? Integer.MAX_VALUE : first;
            boolean relocates = shared || i >= forDemotions;
            writers[i] = new ZoneWriter(
                    context,
                    counters,
                    plan.stagingBytes(),
                    i < forDemotions,
                    relocates ? first : Integer.MAX_VALUE,
                    relocates ? last : 0);
        }
    }

    IoQueue queue() {
        return queue;
    }

    void accept(DemotedBatch demotion) {
        demotions.add(demotion);
        if (!lifetimesAreStated && demotion.lifetime() != Lifetime.UNSTATED) {
            lifetimesAreStated = true;
            for (int i = 0; i < writersForDemotions; i++) {
                writers[i].takeOnly(LifetimeAffinity.takenBy(i, writersForDemotions));
            }
        }
    }

    /** Whether anything is left to be written, flushed or waited for. */
    boolean isIdle() {
        return demotions.isEmpty() && writesInFlight == 0 && unflushed.isEmpty() && !flushInFlight;
    }

    /** Slabs that went from the backlog into extents since the last call. */
    int takeAssigned() {
        int slabs = assigned;
        assigned = 0;
        return slabs;
    }

    /**
     * Does the next piece of work that needs no waiting: starts the writes that are ready, else forms one more extent.
     * Returns whether there was any; the caller then submits and calls again, so that no zone is idle while extents for
     * others are formed.
     */
    boolean step() {
        boolean progress = startFilled() || fillOne();
        retireDemotions();
        if (flushIsDue(progress)) {
            startFlush();
            progress = true;
        }
        return progress;
    }

    private boolean startFilled() {
        boolean any = false;
        for (ZoneWriter writer : writers) {
            if (writer.writing == null && writer.filled != null) {
                writer.writing = writer.filled;
                writer.filled = null;
                writesInFlight++;
                writer.writing.start();
                any = true;
            }
        }
        if (any) {
            counters.writesInFlight.set(writesInFlight);
        }
        return any;
    }

    /** Forms an extent, for a zone writer without a write in flight first. */
    private boolean fillOne() {
        for (ZoneWriter writer : writers) {
            if (writer.writing == null && writer.filled == null && fill(writer)) {
                return true;
            }
        }
        for (ZoneWriter writer : writers) {
            if (writer.filled == null && fill(writer)) {
                return true;
            }
        }
        return false;
    }

    private boolean fill(ZoneWriter writer) {
        if (writer.isEndingZone() || freeBuffers.isEmpty() || !hasWorkFor(writer)) {
            return false;
        }
        if (!writer.hasZone() && !openZone(writer)) {
            leaveDemotion(writer);
            return !writer.waitsForLog() && failIfFull(writer);
        }
        if (!hasWorkFor(writer)) {
            // The zone belongs to the reserve, and the waiting demotions may not use it.
            return false;
        }
        Extent extent = pool.poll();
        if (extent == null) {
            return false;
        }
        StagedWrite buffer = freeBuffers.remove();
        writer.fill(buffer, extent, () -> sourceFor(writer));
        assigned += extent.slabs();
        extent.foundRoom();
        writer.filled = buffer;
        return true;
    }

    private boolean openZone(ZoneWriter writer) {
        if (writer.takesDemotions() && !mustShare(writer) && writer.openZone(false)) {
            return true;
        }
        for (DemotedBatch candidate : demotions) {
            if (candidate.isRelocation() && candidate.hasMore() && writer.takes(candidate)) {
                // The demotion goes on with other zone writers: in the reserve it would take the space that collection
                // needs to free more.
                leaveDemotion(writer);
                return writer.openZone(true);
            }
        }
        return false;
    }

    /**
     * Whether the last empty zone outside the reserve would be opened although a zone being written still has space:
     * each partly written zone is space that collection must free first.
     */
    private boolean mustShare(ZoneWriter writer) {
        if (zones.freeZones() > zones.reserve() + 1) {
            return false;
        }
        boolean any = false;
        for (DemotedBatch demotion : demotions) {
            if (!demotion.isRelocation() && demotion.hasMore() && writer.takes(demotion)) {
                if (!hasWriterWithZone(demotion)) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    private boolean hasWorkFor(ZoneWriter writer) {
        if (writer.demotion != null && writer.demotion.hasMore()) {
            return true;
        }
        return firstFor(writer) != null;
    }

    private DemotedBatch firstFor(ZoneWriter writer) {
        for (DemotedBatch candidate : demotions) {
            if (candidate.hasMore() && candidate.writers < candidate.writersAllowed && writer.takes(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * The demotion that the zone writer takes slabs from next: its present one as long as that has slabs, then the
     * first in order that may have another zone writer. Only a zone writer with a zone may take one.
     */
    private DemotedBatch sourceFor(ZoneWriter writer) {
        if (writer.demotion != null && writer.demotion.hasMore()) {
            return writer.demotion;
        }
        leaveDemotion(writer);
        DemotedBatch first = firstFor(writer);
        if (first != null) {
            first.writers++;
            writer.demotion = first;
        }
        return first;
    }

    private static void leaveDemotion(ZoneWriter writer) {
        if (writer.demotion != null) {
            writer.demotion.writers--;
            writer.demotion = null;
        }
    }

    /**
     * Handles a zone writer that finds no zone: fails the demotions that only this writer would take and for which no
     * space will come. True when any demotion's state changed.
     */
    private boolean failIfFull(ZoneWriter withoutZone) {
        DeviceException full = null;
        boolean changed = false;
        for (DemotedBatch demotion : demotions) {
            boolean concerned = demotion.hasMore() && withoutZone.takes(demotion) && !hasWriterWithZone(demotion);
            if (concerned && !demotion.isRelocation() && hasWriterForAnyLifetime()) {
                // Space among slabs of another lifetime is better than none.
                demotion.takenByAnyWriter = true;
                changed = true;
            } else if (concerned && (demotion.isRelocation() || !forecast.mayFreeZone(demotion.waitsForRoom()))) {
                if (hasRoomToSpare(demotion)) {
                    changed |= !demotion.takenByWritersOfRelocations;
                    demotion.takenByWritersOfRelocations = true;
                } else {
                    full = full != null ? full : full();
                    demotion.fail(full);
                }
            }
        }
        return changed || full != null;
    }

    private boolean hasWriterWithZone(DemotedBatch demotion) {
        for (ZoneWriter writer : writers) {
            if (writer.hasZone() && writer.takes(demotion)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a zone of relocated slabs has space for the demotion, space that relocations use first. */
    private boolean hasRoomToSpare(DemotedBatch demotion) {
        for (ZoneWriter writer : writers) {
            if (writer.isForRelocations() && writer.hasRoomFor(demotion)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasWriterForAnyLifetime() {
        for (ZoneWriter writer : writers) {
            if (writer.hasZone() && writer.takesAnyLifetime()) {
                return true;
            }
        }
        return false;
    }

    private DeviceException full() {
        int stranded = zones.strandedZones();
        if (stranded > 0 && zones.freeZones() > zones.reserve()) {
            return new DeviceException(
                    DeviceException.Problem.TOO_MANY_ACTIVE_ZONES,
                    "demotion to " + device.name() + " refused: of " + zones.tokens()
                            + " zones that may be partly written, " + stranded
                            + " failed and can't be finished; they are tried again with the next demotion");
        }
        int roomless = zones.roomlessZones();
        if (roomless > 0) {
            return new DeviceException(
                    DeviceException.Problem.FULL,
                    "demotion to " + device.name() + " refused: there is no room for any of its " + roomless
                            + " empty zones; free some on its file system, or discard cold epochs");
        }
        return new DeviceException(
                DeviceException.Problem.FULL,
                "demotion to " + device.name()
                        + " refused: no zone is empty. Free cold objects or discard cold epochs, or use a larger "
                        + "device");
    }

    private void retireDemotions() {
        for (int i = demotions.size() - 1; i >= 0; i--) {
            DemotedBatch demotion = demotions.get(i);
            if (!demotion.hasMore()) {
                demotions.remove(i);
                // The slabs that a failed demotion had left will never be assigned.
                assigned += demotion.batch.size() - demotion.next;
                demotion.partEnds();
            }
        }
    }

    private boolean flushIsDue(boolean moreToDo) {
        if (flushInFlight || unflushed.isEmpty()) {
            return false;
        }
        // Flush even while demotions wait for space or extents: the unflushed writes may be what they wait for.
        boolean nothingElseToDo = !moreToDo && writesInFlight == 0;
        return nothingElseToDo || unflushedBytes >= plan.settings().flushBytes();
    }

    /**
     * Ends the zones being written: the log has to record the slabs that are flushed now, and can be written only when
     * no data zone is partly written.
     */
    private void leaveZonesToLog() {
        for (ZoneWriter writer : writers) {
            if (writer.hasZone() && writer.filled == null && writer.endZoneEarly()) {
                reclaimer.signal();
            }
        }
    }

    private void startFlush() {
        if (oneZoneAtATime && writesInFlight == 0) {
            leaveZonesToLog();
        }
        flushing.addAll(unflushed);
        unflushed.clear();
        unflushedBytes = 0;
        flushInFlight = true;
        flush.flush();
        flush.startedNanos = System.nanoTime();
        queue.submit(flush);
    }

    @Override
    public void written(StagedWrite write, DeviceException failure) {
        ZoneWriter writer = write.writer;
        Extent extent = write.extent;
        writer.writing = null;
        writesInFlight--;
        counters.writesInFlight.set(writesInFlight);
        freeBuffers.add(write);
        if (failure == null) {
            table.extentWritten(extent.zone, extent.slabs(), write.summaryLocation);
            counters.writeLatency.record(System.nanoTime() - write.startedNanos());
            unflushed.add(extent);
            unflushedBytes += extent.bytes;
            counters.extents.increment();
            if (write.endsZone && writer.zoneEnded()) {
                reclaimer.signal();
            }
            return;
        }
        discard(extent, failure);
        if (writer.filled != null) {
            // The extent was formed for a location that can't be written any more.
            discard(writer.filled.extent, failure);
            freeBuffers.add(writer.filled);
            writer.filled = null;
        }
        if (writer.abandonZone(write.startByte)) {
            reclaimer.signal();
        }
    }

    private void discard(Extent extent, DeviceException failure) {
        counters.failedExtents.increment();
        if (zones.removeLive(extent.zone, extent.slabs())) {
            reclaimer.signal();
        }
        extent.fail(failure);
        pool.add(extent);
    }

    private final class Flush extends IoRequest {
        private long startedNanos;

        @Override
        protected void completed(DeviceException failure) {
            flushInFlight = false;
            counters.flushes.increment();
            counters.flushLatency.record(System.nanoTime() - startedNanos);
            for (Extent extent = flushing.poll(); extent != null; extent = flushing.poll()) {
                if (failure == null) {
                    completionThread.add(extent);
                } else {
                    discard(extent, failure);
                }
            }
        }
    }

    /** Fails all demotions, after a failure of the ring itself. */
    void failAll(Throwable cause) {
        for (DemotedBatch demotion : demotions) {
            demotion.fail(cause);
        }
        retireDemotions();
        for (ZoneWriter writer : writers) {
            if (writer.writing != null) {
                writer.writing.extent.fail(cause);
            }
            if (writer.filled != null) {
                writer.filled.extent.fail(cause);
            }
        }
        unflushed.forEach(extent -> extent.fail(cause));
        flushing.forEach(extent -> extent.fail(cause));
    }

    @Override
    public void close() {
        queue.close();
        staging.close();
    }
}
