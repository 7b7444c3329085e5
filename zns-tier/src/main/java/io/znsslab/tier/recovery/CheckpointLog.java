package io.znsslab.tier.recovery;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.Uninterruptibly;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The log that says what on the device counts; see the package's description. One thread writes it; any thread may
 * call.
 *
 * <p>Requests that come while a group of records is being written wait for the next group, all together.
 */
public final class CheckpointLog implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(CheckpointLog.class.getName());
    /**
     * What a write of the log takes at most: 32 blocks, each twice. A checkpoint is many of them; an acknowledgement is
     * mostly one block.
     */
    private static final int STAGING_BYTES = 256 << 10;
    /** Turns that are begun at most so that what is wanted is promised by two. */
    private static final int TURNS_FOR_A_PROMISE = 2;

    private static final long NO_EPOCH = -1;
    private static final Bounds NO_BOUNDS = new Bounds(0, 0);
    /** How often an answer is tried again that could not be given, since the heap is full. */
    private static final int MOST_ANSWERS = 500;

    private static final long PAUSE_NANOS = 10_000_000;

    private final ZonedDevice device;
    private final ZoneTable table;
    private final ColdSlabs slabs;
    private final int mostRaised;
    private final Map<Long, Integer> raised;
    private final StagingBuffers staging = new StagingBuffers(1, STAGING_BYTES);
    private final DirtySlabs dirty = new DirtySlabs();
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Request> inbox = new ConcurrentLinkedQueue<>();
    private final TurnSequence sequence;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile Bounds reserved;
    private volatile Issued issued;

    // Of the log's thread only.
    /** Whether all that was ever told is in the turn that counts. */
    private boolean complete;
    /** Failures of zones that the log has told of. */
    private int toldFailures;
    /** What the turn before the present one promises, and the present one. */
    private Bounds promisedBefore;

    private Bounds promised;

    /** Something that is to be durable. */
    private record Request(long epoch, Bounds bounds, long slabId, int generation, CompletableFuture<Void> done) {}

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
        this.slabs = slabs;
        mostRaised =
                LogGeometry.mostRaised(device.geometry(), start.superblock().turnZones());
        raised = new ConcurrentHashMap<>(start.raised());
        promised = start.promised();
        Bounds ahead = start.first().ahead(slabs.handleVersion());
        reserved = promised == null || ahead.isWithin(promised) ? ahead : start.first();
        issued = start.issued().withGenerations(Issued.roundedUp(start.issued().knownGeneration()));
        acknowledgedEpochs.forEach(acknowledged::add);
        sequence = new TurnSequence(device, table, zones, slabs, start, staging, acknowledged::contains, raised);
        thread = Thread.ofPlatform().daemon().name("zns-slab-log").unstarted(this::run);
        try {
            sequence.prepareZones();
            write(List.of(), false);
        } catch (RuntimeException | Error e) {
            staging.close();
            throw e;
        }
        thread.start();
    }

    /** Something about the slab has changed; told after the change. */
    public void changed(long slabId) {
        dirty.mark(slabId);
    }

    /** Completes when all that was {@link #changed} before is durable. */
    public CompletableFuture<Void> sync() {
        return request(NO_EPOCH, NO_BOUNDS, 0, 0);
    }

    /** The same; and all slabs of the epoch that are on the device are there to stay. */
    public CompletableFuture<Void> acknowledge(long epoch) {
        return request(epoch, NO_BOUNDS, 0, 0);
    }

    /** Whether a demotion of that epoch was acknowledged. */
    public boolean isAcknowledged(long epoch) {
        return acknowledged.contains(epoch);
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
            // Where it fails, that is told to the first who can't go on without it.
            var _ = requestSlabIds(wanted);
        }
    }

    private CompletableFuture<Void> requestSlabIds(long wanted) {
        Bounds ahead = new Bounds(wanted, 0).ahead(slabs.handleVersion());
        return request(NO_EPOCH, new Bounds(ahead.slabIds(), 0), 0, 0);
    }

    /** See {@link io.znsslab.core.cold.ColdTier#reserveEpochs}. */
    public long reserveEpochs(long wanted) {
        if (wanted >= reserved.epochs()) {
            Bounds ahead = new Bounds(0, wanted).ahead(slabs.handleVersion());
            join(request(NO_EPOCH, new Bounds(0, ahead.epochs()), 0, 0));
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
            join(request(NO_EPOCH, NO_BOUNDS, slabId, generation));
        }
        return generationBound(slabId);
    }

    /** See {@link io.znsslab.core.cold.ColdTier#expectGenerations}. */
    public void expectGenerations(long slabId, int generation) {
        if (generation >= generationBound(slabId)) {
            var _ = request(NO_EPOCH, NO_BOUNDS, slabId, generation);
        }
    }

    private int generationBound(long slabId) {
        return Math.max(issued.generations(), raised.getOrDefault(slabId, 0));
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
        return sequence.bytesWritten();
    }

    /** Turns begun so far in this opening. */
    public long turns() {
        return sequence.turns();
    }

    private CompletableFuture<Void> request(long epoch, Bounds bounds, long slabId, int generation) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        inbox.add(new Request(epoch, bounds, slabId, generation, done));
        if (ended) {
            failInbox();
        } else {
            LockSupport.unpark(thread);
        }
        return done;
    }

    private void failInbox() {
        for (Request request = inbox.poll(); request != null; request = inbox.poll()) {
            answer(request, new ZnsSlabException("the log of " + device.name() + " is closed"));
        }
    }

    /**
     * Whatever goes wrong with a group fails what waits for it, and nothing else: the thread lives on until it is told
     * to end.
     */
    private void run() {
        List<Request> requests = new ArrayList<>();
        boolean last = false;
        while (!last || !inbox.isEmpty()) {
            last = closing;
            Throwable failure = null;
            try {
                takeInbox(requests);
                if (!requests.isEmpty()) {
                    write(requests, false);
                } else if (!last) {
                    LockSupport.park(this);
                }
            } catch (RuntimeException | Error e) {
                failure = e;
                if (requests.isEmpty()) {
                    // There is not even memory to take them.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
            for (Request request : requests) {
                answer(request, failure);
            }
            requests.clear();
        }
        ended = true;
        failInbox();
    }

    /** A request is in one of the two places at any time, so that none is forgotten where the list can't grow. */
    private void takeInbox(List<Request> requests) {
        for (Request request = inbox.peek(); request != null; request = inbox.peek()) {
            requests.add(request);
            inbox.remove();
        }
    }

    /** Where even that can't be told, since the heap is full, it is told a little later. */
    private void answer(Request request, Throwable failure) {
        for (int tries = 0; ; tries++) {
            try {
                if (failure == null) {
                    request.done.complete(null);
                } else {
                    request.done.completeExceptionally(failure);
                }
                return;
            } catch (RuntimeException | Error e) {
                if (tries == MOST_ANSWERS) {
                    LOGGER.log(
                            System.Logger.Level.ERROR,
                            "what became of a request to the log of " + device.name() + " could not be told",
                            e);
                    return;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /**
     * Writes what the requests want. If that fails, what was marked is marked again, and the next group tells of
     * everything.
     */
    private void write(List<Request> requests, boolean closed) {
        SlabIds ids = new SlabIds();
        boolean written = false;
        try {
            dirty.sweep(ids);
            if (dirty.takeLost()) {
                sequence.giveTurnUp();
                complete = false;
            }
            Bounds bounds = reserved;
            List<ColdEpoch> newEpochs = new ArrayList<>();
            for (Request request : requests) {
                bounds = bounds.max(request.bounds);
                ColdEpoch epoch = request.epoch == NO_EPOCH ? null : slabs.epoch(request.epoch);
                if (epoch != null && acknowledged.add(request.epoch)) {
                    newEpochs.add(epoch);
                }
            }
            Map<Long, Integer> newlyRaised = new HashMap<>();
            Issued now = raise(requests, newlyRaised);
            boolean reserves =
                    !bounds.equals(reserved) || now.generations() != issued.generations() || !newlyRaised.isEmpty();
            boolean nothingNew = ids.size() == 0 && newEpochs.isEmpty() && !reserves && !closed;
            if (!complete || toldFailures != table.failures() || !nothingNew) {
                Issued promising = now.withFar(farFrom(bounds));
                havePromised(bounds, promising);
                write(new TurnSequence.Group(ids, newEpochs, bounds, promising, newlyRaised, reserves, closed));
            }
            written = true;
        } finally {
            if (!written) {
                complete = false;
                sequence.giveTurnUp();
                dirty.putBack(ids);
            }
        }
    }

    /**
     * What is issued once the generations that are wanted are; ids that get bounds of their own are added. If many have
     * come that far, all may.
     */
    private Issued raise(List<Request> requests, Map<Long, Integer> newlyRaised) {
        Issued now = issued;
        for (Request request : requests) {
            int before = Math.max(
                    generationBound(request.slabId), newlyRaised.getOrDefault(request.slabId, now.generations()));
            if (request.slabId == 0 || request.generation < before) {
                continue;
            }
            if (raised.size() + newlyRaised.size() >= mostRaised) {
                now = now.withGenerations(Issued.roundedUp(request.generation));
            } else {
                // Twice as far as it has come, so that one that goes on asks seldom.
                long come = Math.max(0, request.generation - now.knownGeneration());
                newlyRaised.put(request.slabId, Issued.roundedUp(request.generation + come));
            }
        }
        return now;
    }

    private Bounds farFrom(Bounds bounds) {
        Bounds far = bounds.farAhead(slabs.handleVersion());
        return promised == null ? far : far.max(promised);
    }

    /**
     * What is issued while a turn counts must be promised by the one before it, too, which answers if that one is lost:
     * turns are begun until it is.
     */
    private void havePromised(Bounds bounds, Issued promising) {
        for (int turn = 0; turn < TURNS_FOR_A_PROMISE && !isPromised(bounds); turn++) {
            sequence.giveTurnUp();
            write(new TurnSequence.Group(new SlabIds(), List.of(), reserved, promising, Map.of(), false, false));
        }
    }

    private boolean isPromised(Bounds bounds) {
        // The first turn of all has none before it, and the one that is begun first in this opening has the last one.
        Bounds last = promisedBefore != null ? promisedBefore : promised;
        return last == null || bounds.isWithin(last);
    }

    private void write(TurnSequence.Group group) {
        complete = false;
        int failures = table.failures();
        if (!sequence.goesOn()) {
            acknowledged.removeIf(epoch -> slabs.epoch(epoch) == null);
        }
        long turnsBefore = sequence.turns();
        sequence.write(group);
        if (sequence.turns() != turnsBefore) {
            promisedBefore = promised;
            promised = group.issued().far();
        }
        reserved = group.bounds();
        raised.putAll(group.raised());
        if (group.issued().generations() != issued.generations()) {
            raised.values().removeIf(bound -> bound <= group.issued().generations());
        }
        issued = group.issued();
        complete = true;
        toldFailures = failures;
    }

    /** Ends the thread as if the process had ended. */
    public void stop() {
        endThread();
        staging.close();
    }

    private void endThread() {
        closing = true;
        LockSupport.unpark(thread);
        Uninterruptibly.join(thread);
    }

    /**
     * Ends the thread, and writes that the store is closed in good order, and what it takes to go on without losing an
     * id: only where all of it can be written. The allocator has come to rest.
     */
    @Override
    public void close() {
        endThread();
        try {
            write(List.of(), true);
        } catch (RuntimeException | Error e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "the store on " + device.name() + " was not closed in good order: " + e.getMessage());
        } finally {
            staging.close();
        }
    }
}
