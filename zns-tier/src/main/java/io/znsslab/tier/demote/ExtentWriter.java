package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneReclaimer;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;

/** What the writing thread does; every method is called by that thread only. */
final class ExtentWriter implements StagedWrite.Listener, AutoCloseable {
    private final ZonedDevice device;
    private final ZoneAllocator zones;
    private final ZoneReclaimer reclaimer;
    private final ZoneTable table;
    private final RoomToCome room;
    private final WritingPlan plan;
    private final DemotionCounters counters;
    private final BlockingQueue<Extent> pool;
    private final CompletionThread completionThread;
    private final StagingBuffers staging;
    private final IoQueue queue;
    private final ZoneWriter[] writers;
    /** The first so many; the others are for slabs that move, unless one does for both. */
    private final int writersForDemotions;

    private final ArrayDeque<StagedWrite> freeBuffers = new ArrayDeque<>();
    private final ArrayList<DemotedBatch> demotions = new ArrayList<>();
    private final ArrayDeque<Extent> unflushed = new ArrayDeque<>();
    private final ArrayDeque<Extent> flushing = new ArrayDeque<>();
    private final Flush flush = new Flush();
    private long unflushedBytes;
    private boolean flushInFlight;
    /** Whether data and log have to take turns in having a zone partly written. */
    private final boolean oneZoneAtATime;

    private boolean lifetimesAreStated;
    private int writesInFlight;
    /** Slabs assigned since the last look. */
    private int assigned;

    ExtentWriter(
            TierContext context,
            WritingPlan plan,
            DemotionCounters counters,
            BlockingQueue<Extent> pool,
            CompletionThread completionThread,
            RoomToCome room) {
        device = context.device();
        zones = context.zones();
        reclaimer = context.reclaimer();
        table = context.table();
        oneZoneAtATime = zones.logZones() == 0;
        this.room = room;
        this.plan = plan;
        this.counters = counters;
        this.pool = pool;
        this.completionThread = completionThread;
        staging = new StagingBuffers(2 * plan.zoneWriters(), plan.stagingBytes());
        queue = device.openQueue(new IoQueueSettings(plan.zoneWriters() + 1, true, true, List.of(staging)));
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
     * Does the next thing that can be done without waiting: starts the writes that are ready, else makes one more
     * extent. Returns whether there was any; the caller then sends what was submitted and calls again, so that no zone
     * waits while the extents of others are made.
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

    /** Makes an extent for a zone writer, one that has nothing to write first. */
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
            // The zone is one of the reserve, and what waits is not for it.
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
                // What it wrote until now goes on elsewhere: in the reserve it would take the room by which room is
                // made.
                leaveDemotion(writer);
                return writer.openZone(true);
            }
        }
        return false;
    }

    /**
     * Whether the last empty zone but the reserve would be opened beside one that still has room: each zone partly
     * written is room that dead slabs have to make.
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
     * The demotion that the zone writer goes on with: its own as long as that has slabs, then the first in order that
     * may have another zone writer. Only a zone writer with a zone may take one.
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
     * No zone is left for the zone writer. Fails the demotions it would take that no other zone writer will take on and
     * for which no room will come. True when any was.
     */
    private boolean failIfFull(ZoneWriter withoutZone) {
        DeviceException full = null;
        boolean changed = false;
        for (DemotedBatch demotion : demotions) {
            boolean concerned = demotion.hasMore() && withoutZone.takes(demotion) && !hasWriterWithZone(demotion);
            if (concerned && !demotion.isRelocation() && hasWriterForAnyLifetime()) {
                // Room among slabs that live longer or shorter is better than none.
                demotion.takenByAnyWriter = true;
                changed = true;
            } else if (concerned && (demotion.isRelocation() || !room.mayCome(demotion.waitsForRoom()))) {
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

    /** Whether a zone of moved slabs has room for it that belongs to others first. */
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
                // What a failed one had left will never be assigned.
                assigned += demotion.batch.size() - demotion.next;
                demotion.partEnds();
            }
        }
    }

    private boolean flushIsDue(boolean moreToDo) {
        if (flushInFlight || unflushed.isEmpty()) {
            return false;
        }
        // With demotions that wait for room or for extents, what is written may be what others wait for.
        boolean nothingElseToDo = !moreToDo && writesInFlight == 0;
        return nothingElseToDo || unflushedBytes >= plan.settings().flushBytes();
    }

    /**
     * What is flushed now will have to be told to the log, which can be written only when no zone of data is partly
     * written.
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
            // Made for a place that can't be written any more.
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

    /** After a failure of the ring itself: tells everybody who waits. */
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
