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
    private final DemotionSettings settings;
    private final DemotionCounters counters;
    private final BlockingQueue<Extent> pool;
    private final HandOver handOver;
    private final StagingBuffers staging;
    private final IoQueue queue;
    private final Lane[] lanes;
    /** The first so many; the others are for slabs that move, unless one does for both. */
    private final int lanesForDemotions;

    private final ArrayDeque<StagedWrite> freeBuffers = new ArrayDeque<>();
    private final ArrayList<Demotion> demotions = new ArrayList<>();
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
            Destination destination,
            DemotionSettings settings,
            DemotionCounters counters,
            BlockingQueue<Extent> pool,
            HandOver handOver,
            int laneCount,
            int forDemotions,
            int stagingBytes,
            RoomToCome room) {
        device = destination.device();
        zones = destination.zones();
        reclaimer = destination.reclaimer();
        table = destination.table();
        oneZoneAtATime = zones.logZones() == 0;
        this.room = room;
        this.settings = settings;
        this.counters = counters;
        this.pool = pool;
        this.handOver = handOver;
        staging = new StagingBuffers(2 * laneCount, stagingBytes);
        queue = device.openQueue(new IoQueueSettings(laneCount + 1, true, true, List.of(staging)));
        int mostBytesAtOnce = device.geometry().maxTransferBytes();
        for (int i = 0; i < staging.count(); i++) {
            freeBuffers.add(new StagedWrite(staging.buffer(i), staging.view(i), mostBytesAtOnce, queue, this));
        }
        lanes = new Lane[laneCount];
        lanesForDemotions = forDemotions;
        // What survives its neighbours will go on living: it is kept apart from what is new, where there are two lanes
        // at all; and what survived twice from what survived once, where there are enough.
        boolean shared = laneCount == forDemotions;
        for (int i = 0; i < laneCount; i++) {
            int first = shared ? 1 : i - forDemotions + 1;
            int last = i == laneCount - 1 ? Integer.MAX_VALUE : first;
            boolean relocates = shared || i >= forDemotions;
            lanes[i] = new Lane(
                    destination,
                    counters,
                    stagingBytes,
                    i < forDemotions,
                    relocates ? first : Integer.MAX_VALUE,
                    relocates ? last : 0);
        }
    }

    IoQueue queue() {
        return queue;
    }

    void accept(Demotion demotion) {
        demotions.add(demotion);
        if (!lifetimesAreStated && demotion.lifetime() != Lifetime.UNSTATED) {
            lifetimesAreStated = true;
            for (int i = 0; i < lanesForDemotions; i++) {
                lanes[i].takeOnly(LifetimeLanes.takenBy(i, lanesForDemotions));
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
        for (Lane lane : lanes) {
            if (lane.writing == null && lane.filled != null) {
                lane.writing = lane.filled;
                lane.filled = null;
                writesInFlight++;
                lane.writing.start();
                any = true;
            }
        }
        if (any) {
            counters.writesInFlight.set(writesInFlight);
        }
        return any;
    }

    /** Makes an extent for a lane, one that has nothing to write first. */
    private boolean fillOne() {
        for (Lane lane : lanes) {
            if (lane.writing == null && lane.filled == null && fill(lane)) {
                return true;
            }
        }
        for (Lane lane : lanes) {
            if (lane.filled == null && fill(lane)) {
                return true;
            }
        }
        return false;
    }

    private boolean fill(Lane lane) {
        if (lane.isEndingZone() || freeBuffers.isEmpty() || !hasWorkFor(lane)) {
            return false;
        }
        if (!lane.hasZone() && !openZone(lane)) {
            leaveDemotion(lane);
            return !lane.waitsForLog() && failIfFull(lane);
        }
        if (!hasWorkFor(lane)) {
            // The zone is one of the reserve, and what waits is not for it.
            return false;
        }
        Extent extent = pool.poll();
        if (extent == null) {
            return false;
        }
        StagedWrite buffer = freeBuffers.remove();
        lane.fill(buffer, extent, () -> sourceFor(lane));
        assigned += extent.slabs();
        extent.foundRoom();
        lane.filled = buffer;
        return true;
    }

    private boolean openZone(Lane lane) {
        if (lane.takesDemotions() && !mustShare(lane) && lane.openZone(false)) {
            return true;
        }
        for (Demotion candidate : demotions) {
            if (candidate.isRelocation() && candidate.hasMore() && lane.takes(candidate)) {
                // What it wrote until now goes on elsewhere: in the reserve it would take the room by which room is
                // made.
                leaveDemotion(lane);
                return lane.openZone(true);
            }
        }
        return false;
    }

    /**
     * Whether the last empty zone but the reserve would be opened beside one that still has room: each zone partly
     * written is room that dead slabs have to make.
     */
    private boolean mustShare(Lane lane) {
        if (zones.freeZones() > zones.reserve() + 1) {
            return false;
        }
        boolean any = false;
        for (Demotion demotion : demotions) {
            if (!demotion.isRelocation() && demotion.hasMore() && lane.takes(demotion)) {
                if (!hasLaneWithZone(demotion)) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    private boolean hasWorkFor(Lane lane) {
        if (lane.demotion != null && lane.demotion.hasMore()) {
            return true;
        }
        return firstFor(lane) != null;
    }

    private Demotion firstFor(Lane lane) {
        for (Demotion candidate : demotions) {
            if (candidate.hasMore() && candidate.lanes < candidate.lanesAllowed && lane.takes(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /**
     * The demotion that the lane goes on with: its own as long as that has slabs, then the first in order that may have
     * another lane. Only a lane with a zone may take one.
     */
    private Demotion sourceFor(Lane lane) {
        if (lane.demotion != null && lane.demotion.hasMore()) {
            return lane.demotion;
        }
        leaveDemotion(lane);
        Demotion first = firstFor(lane);
        if (first != null) {
            first.lanes++;
            lane.demotion = first;
        }
        return first;
    }

    private static void leaveDemotion(Lane lane) {
        if (lane.demotion != null) {
            lane.demotion.lanes--;
            lane.demotion = null;
        }
    }

    /**
     * No zone is left for the lane. Fails the demotions it would take that no other lane will take on and for which no
     * room will come. True when any was.
     */
    private boolean failIfFull(Lane withoutZone) {
        DeviceException full = null;
        boolean changed = false;
        for (Demotion demotion : demotions) {
            boolean concerned = demotion.hasMore() && withoutZone.takes(demotion) && !hasLaneWithZone(demotion);
            if (concerned && !demotion.isRelocation() && hasLaneForAnyLifetime()) {
                // Room among slabs that live longer or shorter is better than none.
                demotion.takenByAnyLane = true;
                changed = true;
            } else if (concerned && (demotion.isRelocation() || !room.mayCome(demotion.waitsForRoom()))) {
                if (hasRoomToSpare(demotion)) {
                    changed |= !demotion.takenByLanesOfRelocations;
                    demotion.takenByLanesOfRelocations = true;
                } else {
                    full = full != null ? full : full();
                    demotion.fail(full);
                }
            }
        }
        return changed || full != null;
    }

    private boolean hasLaneWithZone(Demotion demotion) {
        for (Lane lane : lanes) {
            if (lane.hasZone() && lane.takes(demotion)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a zone of moved slabs has room for it that belongs to others first. */
    private boolean hasRoomToSpare(Demotion demotion) {
        for (Lane lane : lanes) {
            if (lane.isForRelocations() && lane.hasRoomFor(demotion)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasLaneForAnyLifetime() {
        for (Lane lane : lanes) {
            if (lane.hasZone() && lane.takesAnyLifetime()) {
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
            Demotion demotion = demotions.get(i);
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
        return nothingElseToDo || unflushedBytes >= settings.flushBytes();
    }

    /**
     * What is flushed now will have to be told to the log, which can be written only when no zone of data is partly
     * written.
     */
    private void leaveZonesToLog() {
        for (Lane lane : lanes) {
            if (lane.hasZone() && lane.filled == null && lane.endZoneEarly()) {
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
        Lane lane = write.lane;
        Extent extent = write.extent;
        lane.writing = null;
        writesInFlight--;
        counters.writesInFlight.set(writesInFlight);
        freeBuffers.add(write);
        if (failure == null) {
            table.extentWritten(extent.zone, extent.slabs(), write.summaryLocation);
            counters.writeLatency.record(System.nanoTime() - write.startedNanos());
            unflushed.add(extent);
            unflushedBytes += extent.bytes;
            counters.extents.increment();
            if (write.endsZone && lane.zoneEnded()) {
                reclaimer.signal();
            }
            return;
        }
        discard(extent, failure);
        if (lane.filled != null) {
            // Made for a place that can't be written any more.
            discard(lane.filled.extent, failure);
            freeBuffers.add(lane.filled);
            lane.filled = null;
        }
        if (lane.abandonZone(write.startByte)) {
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
                    handOver.add(extent);
                } else {
                    discard(extent, failure);
                }
            }
        }
    }

    /** After a failure of the ring itself: tells everybody who waits. */
    void failAll(Throwable cause) {
        for (Demotion demotion : demotions) {
            demotion.fail(cause);
        }
        retireDemotions();
        for (Lane lane : lanes) {
            if (lane.writing != null) {
                lane.writing.extent.fail(cause);
            }
            if (lane.filled != null) {
                lane.filled.extent.fail(cause);
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
