package io.znsslab.tier.recovery;

import io.znsslab.core.ColdEpoch;
import io.znsslab.core.ColdSlabs;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.Uninterruptibly;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.ZoneUse;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The log that says what on the device counts; see the package's description. One thread writes it; any thread may call.
 *
 * <p>Requests that come while a group of records is being written wait for the next group, all together.
 */
public final class CheckpointLog implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(CheckpointLog.class.getName());
    /** What a write of the log takes at most: 32 blocks, each twice. A checkpoint is many of them; an acknowledgement is mostly one block. */
    private static final int STAGING_BYTES = 256 << 10;
    /** Places that a group is tried at before its requests fail: where it is due, and in two new turns. */
    private static final int ATTEMPTS = 3;

    private static final long EPOCHS_AHEAD = 1L << 32;
    private static final int COMPACT_HANDLES = 1;
    private static final long NO_EPOCH = -1;

    private final ZonedDevice device;
    private final ZoneTable table;
    private final ZoneAllocator zones;
    private final ColdSlabs slabs;
    private final LogStart start;
    private final LogZones logZones;
    private final boolean oneZoneAtATime;
    private final boolean oneLogZoneAtATime;
    private final long idsAhead;
    private final StagingBuffers staging = new StagingBuffers(1, STAGING_BYTES);
    private final DirtySlabs dirty = new DirtySlabs();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Request> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile long idsReserved;
    private volatile long epochsReserved;

    // Of the log's thread only.
    private TurnWriter turn;
    private GroupWriter writer;
    private long turnNumber;
    private int zoneToFinish = ZoneAllocator.NONE;
    /** Whether all that was ever told is in the turn that counts. */
    private boolean complete;
    /** Failures of zones that the log has told of. */
    private int toldFailures;

    /** Something that is to be durable. */
    private record Request(long epoch, long slabIds, long epochs, CompletableFuture<Void> done) {}

    /**
     * Writes the first turn of this opening, a checkpoint of what was restored, and starts the thread.
     *
     * @param acknowledgedEpochs epochs of earlier runs
     * @throws DeviceException when that can't be written
     */
    public CheckpointLog(
            ZonedDevice device,
            ZoneTable table,
            ZoneAllocator zones,
            ColdSlabs slabs,
            LogStart start,
            Iterable<Long> acknowledgedEpochs) {
        this.device = device;
        this.table = table;
        this.zones = zones;
        this.slabs = slabs;
        this.start = start;
        logZones = new LogZones(device, zones, start.superblock().turnZones(), start.members(), start.complete());
        oneZoneAtATime = zones.logZones() == 0;
        oneLogZoneAtATime = zones.logZones() <= 1;
        idsAhead = slabs.handleVersion() == COMPACT_HANDLES ? 1L << 10 : 1L << 16;
        turnNumber = start.turn();
        idsReserved = start.slabIds() + idsAhead;
        epochsReserved = start.epochs() + EPOCHS_AHEAD;
        acknowledgedEpochs.forEach(acknowledged::add);
        thread = Thread.ofPlatform().daemon().name("zns-slab-log").unstarted(this::run);
        try {
            endZonesOfEarlierRuns();
            logZones.takeRoom();
            write(new ArrayList<>(), false);
        } catch (RuntimeException | Error e) {
            staging.close();
            throw e;
        }
        thread.start();
    }

    /**
     * Makes room for the log among the zones that may be partly written. A device that lost the end of zones that were full already has more of data's than there were ever meant to be; ending one changes
     * nothing of what is in it. Where few may be partly written, those of earlier turns must not count among them either.
     */
    private void endZonesOfEarlierRuns() {
        endSurplusZonesOfData();
        if (!oneLogZoneAtATime) {
            return;
        }
        for (int zone : start.members()) {
            if (device.report(zone).condition().isActive()) {
                if (start.complete().contains(zone)) {
                    device.finishZone(zone);
                } else {
                    device.resetZone(zone);
                }
            }
        }
    }

    private void endSurplusZonesOfData() {
        List<ZoneDescriptor> active = device.report().stream()
                .filter(zone -> zone.condition().isActive() && !start.members().contains(zone.index()))
                .toList();
        int surplus = active.size() - (device.geometry().writableZones() - Math.max(1, zones.logZones()));
        for (ZoneDescriptor zone : active) {
            boolean goesOn = table.use(zone.index()) == ZoneUse.OPEN;
            if (surplus > 0 && !goesOn) {
                device.finishZone(zone.index());
                surplus--;
            }
        }
    }

    /** Something about the slab has changed; told after the change. */
    public void changed(long slabId) {
        dirty.mark(slabId);
    }

    /** Completes when all that was {@link #changed} before is durable. */
    public CompletableFuture<Void> sync() {
        return request(NO_EPOCH, 0, 0);
    }

    /** The same; and all slabs of the epoch that are on the device are there to stay. */
    public CompletableFuture<Void> acknowledge(long epoch) {
        return request(epoch, 0, 0);
    }

    /** Whether a demotion of that epoch was acknowledged. */
    public boolean isAcknowledged(long epoch) {
        return acknowledged.contains(epoch);
    }

    /** See {@link io.znsslab.core.ColdTier#reserveSlabIds}. */
    public long reserveSlabIds(long wanted) {
        if (wanted >= idsReserved) {
            join(request(NO_EPOCH, wanted + idsAhead, 0));
        }
        return idsReserved;
    }

    /** See {@link io.znsslab.core.ColdTier#expectSlabIds}. */
    public void expectSlabIds(long wanted) {
        if (wanted >= idsReserved) {
            // Where it fails, that is told to the first who can't go on without it.
            var _ = request(NO_EPOCH, wanted + idsAhead, 0);
        }
    }

    /** See {@link io.znsslab.core.ColdTier#reserveEpochs}. */
    public long reserveEpochs(long wanted) {
        if (wanted >= epochsReserved) {
            join(request(NO_EPOCH, 0, wanted + EPOCHS_AHEAD));
        }
        return epochsReserved;
    }

    /** Returns when all that was {@link #changed} before is durable; false when it can't be made so. */
    public boolean syncNow() {
        try {
            join(sync());
            return true;
        } catch (ZnsSlabException e) {
            LOGGER.log(System.Logger.Level.WARNING, e::getMessage);
            return false;
        }
    }

    private static void join(CompletableFuture<Void> done) {
        try {
            done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ZnsSlabException cause
                    ? cause
                    : new ZnsSlabException("the log could not be written", e.getCause());
        }
    }

    /** Bytes written so far. */
    public long bytesWritten() {
        return bytesWritten.get();
    }

    /** Turns begun so far in this opening. */
    public long turns() {
        return turns.get();
    }

    private CompletableFuture<Void> request(long epoch, long slabIds, long epochs) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        inbox.add(new Request(epoch, slabIds, epochs, done));
        if (ended) {
            failInbox();
        } else {
            LockSupport.unpark(thread);
        }
        return done;
    }

    private void failInbox() {
        for (Request request = inbox.poll(); request != null; request = inbox.poll()) {
            request.done.completeExceptionally(new ZnsSlabException("the log of " + device.name() + " is closed"));
        }
    }

    private void run() {
        List<Request> requests = new ArrayList<>();
        try {
            while (true) {
                boolean last = closing;
                for (Request request = inbox.poll(); request != null; request = inbox.poll()) {
                    requests.add(request);
                }
                if (!requests.isEmpty()) {
                    answer(requests);
                    requests.clear();
                } else if (last) {
                    return;
                } else {
                    LockSupport.park(this);
                }
            }
        } finally {
            ended = true;
            requests.forEach(request -> request.done.completeExceptionally(
                    new ZnsSlabException("the log of " + device.name() + " has stopped")));
            failInbox();
        }
    }

    private void answer(List<Request> requests) {
        DeviceException failure = null;
        try {
            write(requests, false);
        } catch (DeviceException e) {
            failure = e;
        }
        for (Request request : requests) {
            if (failure == null) {
                request.done.complete(null);
            } else {
                request.done.completeExceptionally(failure);
            }
        }
    }

    /** Writes what the requests want, wherever that is possible. */
    private void write(List<Request> requests, boolean closed) {
        SlabIds ids = dirty.sweep();
        long slabIds = idsReserved;
        long epochs = epochsReserved;
        List<ColdEpoch> newEpochs = new ArrayList<>();
        for (Request request : requests) {
            slabIds = Math.max(slabIds, request.slabIds);
            epochs = Math.max(epochs, request.epochs);
            ColdEpoch epoch = request.epoch == NO_EPOCH ? null : slabs.epoch(request.epoch);
            if (epoch != null && acknowledged.add(request.epoch)) {
                newEpochs.add(epoch);
            }
        }
        boolean reserves = slabIds != idsReserved || epochs != epochsReserved;
        if (complete
                && toldFailures == table.failures()
                && ids.size() == 0
                && newEpochs.isEmpty()
                && !reserves
                && !closed) {
            return;
        }
        complete = false;
        int failures = table.failures();
        DeviceException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                writeGroup(ids, newEpochs, slabIds, epochs, closed);
                idsReserved = slabIds;
                epochsReserved = epochs;
                complete = true;
                toldFailures = failures;
                return;
            } catch (DeviceException e) {
                if (turn != null) {
                    logZones.giveUpFailed(turn.zones());
                }
                // What is in this turn beyond the last group is of no use; the next is complete in itself.
                giveTurnUp();
                failure = failure == null ? e : failure;
            }
        }
        throw failure;
    }

    private void giveTurnUp() {
        if (turn != null && turn.lastZone() >= 0) {
            zoneToFinish = turn.lastZone();
        }
        turn = null;
        writer = null;
    }

    private void writeGroup(SlabIds ids, List<ColdEpoch> newEpochs, long slabIds, long epochs, boolean closed) {
        try {
            if (oneZoneAtATime) {
                zones.takeTokenForLog();
            }
            long bytesBefore = turn == null ? 0 : turn.bytesWritten();
            boolean goesOn = turn != null && turn.blocksLeft() >= writer.mostBlocks(ids.size(), newEpochs.size()) + 1;
            if (goesOn) {
                writer.failedZones();
                for (int i = 0; i < ids.size(); i++) {
                    writer.slab(ids.get(i));
                }
                newEpochs.forEach(writer::acknowledge);
                if (slabIds != idsReserved || epochs != epochsReserved) {
                    writer.reserved(slabIds, epochs);
                }
            } else {
                beginTurn(slabIds, epochs);
            }
            if (closed) {
                writer.closed();
            }
            turn.force();
            if (closed || !goesOn) {
                // A turn that nobody vouches for looks like one that the power cut short, and the one before would
                // count instead.
                turn.vouch();
            }
            bytesWritten.addAndGet(turn.bytesWritten() - (goesOn ? bytesBefore : 0));
            logZones.completed(turn.zones());
            if (oneZoneAtATime) {
                giveTurnUp();
                finishOldZone();
            }
        } finally {
            if (oneZoneAtATime) {
                zones.returnTokenOfLog();
            }
        }
    }

    /** A checkpoint of everything, in other zones than those of the last complete turn. */
    private void beginTurn(long slabIds, long epochs) {
        if (turn != null) {
            giveTurnUp();
        }
        if (oneLogZoneAtATime) {
            finishOldZone();
        }
        acknowledged.removeIf(epoch -> slabs.epoch(epoch) == null);
        List<ZoneDescriptor> chosen = logZones.forNextTurn();
        turnNumber++;
        turns.incrementAndGet();
        turn = new TurnWriter(device, start.superblock(), turnNumber, chosen, staging);
        writer = new GroupWriter(turn, slabs, table, acknowledged::contains);
        writer.checkpoint(slabIds, epochs);
    }

    /** The zone that was written last must not count as partly written any more. */
    private void finishOldZone() {
        if (zoneToFinish != ZoneAllocator.NONE) {
            ZoneDescriptor zone = device.report(zoneToFinish);
            if (zone.condition().isActive()) {
                device.finishZone(zoneToFinish);
            }
            zoneToFinish = ZoneAllocator.NONE;
        }
    }

    /** Ends the thread as if the process had ended. */
    public void stop() {
        closing = true;
        LockSupport.unpark(thread);
        Uninterruptibly.join(thread);
        staging.close();
    }

    /** Writes that the store is closed in good order, and what it takes to go on without losing an id, and ends the thread. The allocator has come to rest. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        Uninterruptibly.join(thread);
        try {
            write(new ArrayList<>(), true);
        } catch (DeviceException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the store on " + device.name() + " was not closed in good order: " + e.getMessage());
        } finally {
            staging.close();
        }
    }
}
