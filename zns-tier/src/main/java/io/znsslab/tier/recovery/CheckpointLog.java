package io.znsslab.tier.recovery;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The log that says what on the device counts; see the package's description. The thread of the log's agent writes the
 * log; any thread may call this class.
 *
 * <p>Requests that arrive while a group of records is being written wait together for the next group.
 */
public final class CheckpointLog implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(CheckpointLog.class.getName());
    /** The most regions that are begun so that two regions promise what is wanted. */
    private static final int REGIONS_FOR_A_PROMISE = 2;

    private final LogDevice logDevice;
    private final ZoneTable table;
    private final LoggedState state;
    private final int mostRaised;
    private final DirtySlabs dirty = new DirtySlabs();
    /** Acknowledged epochs whose end has changed since the log recorded it. */
    private final Set<Long> changedEpochs = ConcurrentHashMap.newKeySet();

    private final RegionSequence sequence;
    private final LogAgent agent;
    private volatile Bounds reserved;
    private volatile IssueBounds issued;

    // Only the log's thread uses these fields, once it runs.
    /** Whether all that the log was ever asked to record is in the region that counts. */
    private boolean complete;
    /** Number of failures of zones that the log has recorded. */
    private int recordedFailures;
    /** The number of a root that is durable, as all are that were set before it. */
    private long durableRoot;

    /** Bytes off the heap that the log on that device takes. */
    public static long memoryBytes(ZonedDevice device) {
        return LogDevice.memoryBytes(device);
    }

    /**
     * Makes durable that the store is open, and starts the thread. Where the log can go on with the last region, a
     * block there says so; else a region of this opening does, a checkpoint of what was restored.
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
        logDevice = new LogDevice(device, start.superblock());
        this.table = table;
        mostRaised =
                LogGeometry.mostRaised(device.geometry(), start.superblock().regionZones());
        Reservations before = start.before();
        state = new LoggedState(slabs, table, acknowledgedEpochs, before.raised(), start.root());
        durableRoot = start.root().number();
        issued = before.issued()
                .withGenerations(IssueBounds.roundedUp(before.issued().knownGeneration()));
        sequence = new RegionSequence(logDevice, zones, state, start);
        Bounds ahead = before.bounds().ahead(state.handleVersion());
        reserved = sequence.promises().cover(ahead) ? ahead : before.bounds();
        agent = new LogAgent(logDevice, requests -> write(requests, false), this::writePiece);
        try {
            sequence.prepareZones();
            recordedFailures = table.failures();
            logDevice.openQueue();
            complete = sequence.reopen(nothingNew(reserved));
            if (!complete) {
                write(null, false);
            }
            // From here on the queue is the agent's.
            logDevice.closeQueue();
            agent.start();
        } catch (RuntimeException | Error e) {
            logDevice.close();
            throw e;
        }
    }

    /** Notes that something about the slab has changed; the caller calls this after the change. */
    public void changed(long slabId) {
        dirty.mark(slabId);
    }

    /**
     * Notes that an epoch's end has changed; the caller calls this after the change. One that is not acknowledged yet
     * is recorded with the end that it has then.
     */
    public void epochChanged(long epoch) {
        if (state.isAcknowledged(epoch)) {
            changedEpochs.add(epoch);
        }
    }

    /** What the application keeps in the log; the bytes do not change. */
    public byte[] root() {
        return state.root().bytes();
    }

    /** Sets that, to bytes that do not change; durable once a {@link #sync} is that begins later. */
    public void root(byte[] bytes) {
        state.root(bytes);
    }

    /** Returns a future that completes when all that was {@link #changed} before, and the root, is durable. */
    public CompletableFuture<Void> sync() {
        return agent.request(LogRequest.forSync());
    }

    /**
     * Does what {@link #sync} does, by a region that records everything, in other zones than those of the region that
     * counts now. When the future completes, the new region counts: nothing that was damaged in the former one is read
     * any more.
     */
    public CompletableFuture<Void> checkpoint() {
        return agent.request(LogRequest.forCheckpoint());
    }

    /** Does what {@link #sync} does; in addition, all slabs of the epoch that are on the device are there to stay. */
    public CompletableFuture<Void> acknowledge(long epoch) {
        return agent.request(LogRequest.forEpoch(epoch));
    }

    /** Whether a demotion of that epoch was acknowledged. */
    public boolean isAcknowledged(long epoch) {
        return state.isAcknowledged(epoch);
    }

    /** See {@link io.znsslab.core.cold.ColdTier#reserveSlabIds}. */
    public long reserveSlabIds(long wanted) {
        if (wanted >= reserved.slabIds()) {
            join(requestSlabIds(wanted));
        }
        return reserved.slabIds();
    }

    /** See {@link io.znsslab.core.cold.ColdTier#expectSlabIds}. */
    public void expectSlabIds(long wanted) {
        if (wanted >= reserved.slabIds()) {
            // Where it fails, the first caller that can't go on without it gets the failure.
            var _ = requestSlabIds(wanted);
        }
    }

    private CompletableFuture<Void> requestSlabIds(long wanted) {
        Bounds ahead = new Bounds(wanted, 0).ahead(state.handleVersion());
        return agent.request(LogRequest.forBounds(new Bounds(ahead.slabIds(), 0)));
    }

    /** See {@link io.znsslab.core.cold.ColdTier#reserveEpochs}. */
    public long reserveEpochs(long wanted) {
        if (wanted >= reserved.epochs()) {
            Bounds ahead = new Bounds(0, wanted).ahead(state.handleVersion());
            join(agent.request(LogRequest.forBounds(new Bounds(0, ahead.epochs()))));
        }
        return reserved.epochs();
    }

    /** See {@link io.znsslab.core.cold.ColdTier#generationBound}. */
    public int generationBound() {
        return issued.generations();
    }

    /** See {@link io.znsslab.core.cold.ColdTier#reserveGenerations}. */
    public int reserveGenerations(long slabId, int generation) {
        if (generation >= generationBound(slabId)) {
            join(agent.request(LogRequest.forGeneration(slabId, generation)));
        }
        return generationBound(slabId);
    }

    /** See {@link io.znsslab.core.cold.ColdTier#expectGenerations}. */
    public void expectGenerations(long slabId, int generation) {
        if (generation >= generationBound(slabId)) {
            var _ = agent.request(LogRequest.forGeneration(slabId, generation));
        }
    }

    private int generationBound(long slabId) {
        return Math.max(issued.generations(), state.raisedBound(slabId));
    }

    /** Returns true once all that was {@link #changed} before is durable; false when it can't be made so. */
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
        return logDevice.bytesWritten();
    }

    /** Regions begun so far in this opening. */
    public long regions() {
        return sequence.regions();
    }

    /**
     * Writes what the requests want. If that fails, the slabs that were marked are marked again, and the next group
     * records everything.
     *
     * @param requests the first request, which leads to the others; null for none
     */
    private void write(LogRequest requests, boolean closed) {
        SlabIds ids = new SlabIds();
        List<Long> changed = new ArrayList<>();
        boolean written = false;
        try {
            dirty.sweep(ids);
            changedEpochs.removeIf(changed::add);
            if (dirty.takeLost()) {
                sequence.giveRegionUp();
                complete = false;
            }
            if (wantsCheckpoint(requests)) {
                sequence.endRegion();
                complete = false;
            }
            Bounds bounds = reserved;
            List<ColdEpoch> newEpochs = new ArrayList<>();
            for (LogRequest request = requests; request != null; request = request.next()) {
                bounds = bounds.max(request.bounds);
                ColdEpoch epoch = request.hasEpoch() ? state.acknowledge(request.epoch) : null;
                if (epoch != null) {
                    newEpochs.add(epoch);
                }
            }
            Map<Long, Integer> newlyRaised = new HashMap<>();
            IssueBounds now = raise(requests, newlyRaised);
            boolean reserves =
                    !bounds.equals(reserved) || now.generations() != issued.generations() || !newlyRaised.isEmpty();
            boolean sameRoot = state.root().number() == durableRoot;
            boolean nothingNew =
                    ids.size() == 0 && newEpochs.isEmpty() && changed.isEmpty() && !reserves && !closed && sameRoot;
            if (!complete || recordedFailures != table.failures() || !nothingNew) {
                havePromised(bounds);
                IssueBounds promising = now.withFar(sequence.promises().of(bounds));
                Reservations reserving = new Reservations(bounds, promising, newlyRaised);
                write(new RegionSequence.Group(ids, newEpochs, changed, reserving, reserves, closed));
            }
            written = true;
        } finally {
            if (!written) {
                complete = false;
                sequence.giveRegionUp();
                dirty.putBack(ids);
                changedEpochs.addAll(changed);
            }
        }
    }

    private static boolean wantsCheckpoint(LogRequest requests) {
        for (LogRequest request = requests; request != null; request = request.next()) {
            if (request.wantsCheckpoint) {
                return true;
            }
        }
        return false;
    }

    /**
     * The bounds of what is issued once the wanted generations are reserved; ids that get bounds of their own are added
     * to {@code newlyRaised}. If many ids have come that far, the bound of all ids is raised.
     */
    private IssueBounds raise(LogRequest requests, Map<Long, Integer> newlyRaised) {
        IssueBounds now = issued;
        for (LogRequest request = requests; request != null; request = request.next()) {
            int before = Math.max(
                    generationBound(request.slabId), newlyRaised.getOrDefault(request.slabId, now.generations()));
            if (request.slabId == 0 || request.generation < before) {
                continue;
            }
            if (state.raised().size() + newlyRaised.size() >= mostRaised) {
                now = now.withGenerations(IssueBounds.roundedUp(request.generation));
            } else {
                // Twice as far as the id has come, so that an id that goes on asks seldom.
                long come = Math.max(0, request.generation - now.knownGeneration());
                newlyRaised.put(request.slabId, IssueBounds.roundedUp(request.generation + come));
            }
        }
        return now;
    }

    /**
     * What is issued while a region counts must be promised by the region before it, too, which answers if the counting
     * region is lost: this method completes regions until it is promised.
     */
    private void havePromised(Bounds bounds) {
        for (int region = 0;
                region < REGIONS_FOR_A_PROMISE && !sequence.promises().cover(bounds);
                region++) {
            sequence.endRegion();
            write(nothingNew(bounds));
        }
    }

    /** Makes a group that says only what may be issued, and promises more than those bounds. */
    private RegionSequence.Group nothingNew(Bounds expected) {
        IssueBounds promising = issued.withFar(sequence.promises().of(expected));
        Reservations same = new Reservations(reserved, promising, Map.of());
        return new RegionSequence.Group(new SlabIds(), List.of(), List.of(), same, false, false);
    }

    private void write(RegionSequence.Group group) {
        complete = false;
        int failures = table.failures();
        long root = state.root().number();
        if (!sequence.goesOn()) {
            state.forgetDeadEpochs();
        }
        sequence.write(group);
        Reservations durable = group.reserved();
        reserved = durable.bounds();
        state.raise(durable.raised());
        if (durable.issued().generations() != issued.generations()) {
            state.forgetRaisedUpTo(durable.issued().generations());
        }
        issued = durable.issued();
        complete = true;
        recordedFailures = failures;
        durableRoot = root;
    }

    /**
     * Writes a piece of the next region; returns false if there is none to write, or none before a write is complete.
     */
    private boolean writePiece() {
        boolean begins = sequence.wantsNext(reserved);
        if (!begins && !sequence.canWritePiece()) {
            return false;
        }
        boolean written = false;
        try {
            if (begins) {
                state.forgetDeadEpochs();
            }
            sequence.writePiece(nothingNew(reserved));
            written = true;
        } catch (ZnsSlabException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the log of " + logDevice.name() + " is written anew, since its new part has failed: "
                            + e.getMessage());
        } finally {
            complete &= written;
        }
        return true;
    }

    /** Ends the thread as if the process had ended. */
    public void stop() {
        agent.close();
        logDevice.close();
    }

    /**
     * Ends the thread, and writes that the store is closed in good order, and what the next opening needs to go on
     * without losing an id: only where all of that can be written. The allocator has come to rest.
     */
    @Override
    public void close() {
        agent.close();
        try {
            logDevice.openQueue();
            write(null, true);
        } catch (RuntimeException | Error e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the store on " + logDevice.name() + " was not closed in good order: " + e.getMessage());
        } finally {
            logDevice.close();
        }
    }
}
