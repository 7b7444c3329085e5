package io.znsslab.tier.collect;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.worker.Agent;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Failures;
import io.znsslab.tier.Mismatch;
import io.znsslab.tier.demote.Demoter;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.format.ExtentSummaryLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.read.SlabReader;
import io.znsslab.tier.report.CollectionReport;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.staging.StagingBuffers;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** The agent that collects garbage; see the package's description. */
public final class Collector implements AutoCloseable {
    /** Bytes of slabs that are moved at a time. */
    public static final int CHUNK_BYTES = 1 << 20;

    private static final System.Logger LOGGER = System.getLogger(Collector.class.getName());
    private static final int NONE = ZoneAllocator.NONE;
    private static final long LOOK_NANOS = 100_000_000;
    private static final long PAUSE_NANOS = 5_000_000;
    /** How long the collector relies on not having found an epoch to evict. */
    private static final long EVICTION_ANSWER_NANOS = 1_000_000_000;

    private static final int MOST_FRUITLESS = 200;
    /**
     * The share of data zones kept empty ahead of need is one in this many. Each of them is space in which dead slabs
     * can't wait for their neighbours to die.
     */
    private static final int PART_KEPT_EMPTY = 64;
    /**
     * Ahead of need, at least this share of the best zone must be dead: below it, collection writes more than it frees,
     * and slabs that would have died before the need are moved for nothing.
     */
    private static final int WORTHWHILE_PERCENT = 50;
    /**
     * The share that must be dead when a demotion waits for space. With less, the summaries of the moved slabs may take
     * the space that is freed.
     */
    private static final int LAST_RESORT_PERCENT = 1;

    private final TierContext context;
    private final ZoneAllocator zones;
    private final ZoneTable table;
    private final Demoter demoter;
    private final SlabReader reader;
    private final CollectionCounters counters;
    private final CollectionSettings settings;
    private final int lowWatermark;
    private final ExtentSummaryLayout summaries;
    private final StagingBuffers summaryBuffer = new StagingBuffers(1, ExtentSummaryLayout.BLOCK_BYTES);
    private final RelocationBatch batch;
    private final VictimChoice victims;
    private final CollectionDemands demands;
    private final Evacuations evacuations;
    private final AgentRunner runner;
    /** Consecutive collections that left slabs behind. */
    private int fruitless;
    /** Zones collected since a demotion last found space. */
    private int collectedInVain;

    /** Whether a demotion waits for an empty zone, or did until one came. */
    private volatile boolean roomWanted;

    private volatile boolean working;
    private volatile boolean demotionsWait;
    private volatile boolean evictionWanted;
    /** When the collector last found no epoch to evict; 0 once a demotion got that answer. */
    private volatile long nothingToEvictNanos;

    /** Whether to wake the writer thread after the pause; used by the collector thread only. */
    private boolean tellsAfterRest;
    /**
     * When the collector last woke the writer thread for demotions that wait for other threads to free slabs; used by
     * the collector thread only.
     */
    private long wokenAtNanos = System.nanoTime();

    /** The number of released slabs when collection last could not go on: it is useless until more are released. */
    private volatile long stuckAtReleases = -1;

    /**
     * Starts the collector thread.
     *
     * @param onMoved called with each location that a slab was moved from
     */
    public Collector(
            TierContext context,
            Demoter demoter,
            SlabReader reader,
            CollectionCounters counters,
            CollectionSettings settings,
            LongConsumer onMoved) {
        this.context = context;
        this.demoter = demoter;
        this.reader = reader;
        this.counters = counters;
        this.settings = settings;
        zones = context.zones();
        table = context.table();
        victims = new VictimChoice(table);
        demands = new CollectionDemands(victims, counters, zones);
        lowWatermark = zones.reserve() + Math.max(1, settings.dataZones() / PART_KEPT_EMPTY);
        int slabBytes = context.slabs().shape().slabBytes();
        summaries = new ExtentSummaryLayout(context.identity(), context.slabs().shape());
        batch = new RelocationBatch(context, counters, slabsOfAChunk(slabBytes), onMoved);
        BooleanSupplier isEnding = this::isEnding;
        ZoneEvacuation evacuation = new ZoneEvacuation(context, demoter, reader, batch, counters, isEnding);
        evacuations = new Evacuations(context, evacuation, victims::include, isEnding);
        runner = new AgentRunner(new Collecting());
        runner.start();
    }

    private static int slabsOfAChunk(int slabBytes) {
        return Math.max(4, CHUNK_BYTES / slabBytes);
    }

    /** Bytes off the heap that a collector takes. */
    public static long memoryBytes(int slabBytes) {
        return (long) slabsOfAChunk(slabBytes) * slabBytes + ExtentSummaryLayout.BLOCK_BYTES;
    }

    /**
     * Whether a zone may become empty for a demotion that has waited so long. Wakes the collector thread; called by the
     * writer thread.
     */
    public boolean mayFreeZone(long waitedNanos) {
        if (runner.isClosing() || runner.failure() != null) {
            return false;
        }
        roomWanted = true;
        runner.signal();
        if (zones.hasDeadZones() || canCollect()) {
            return true;
        }
        if (zones.canOpen()) {
            // A zone became empty since the writer thread's last attempt, and its signal may have come before this
            // call.
            demoter.wake();
            return true;
        }
        if (zones.freeZones() > zones.reserve()) {
            // The empty zones can't be written for another reason.
            return false;
        }
        if (settings.evictOldest()) {
            return evictionMayHelp();
        }
        boolean waits = waitedNanos < settings.waitNanos();
        if (waits) {
            // The collector wakes the writer thread periodically, which then asks again.
            demotionsWait = true;
        }
        return waits;
    }

    /**
     * Collects all zones of whose slabs at least that share is dead, whether space is short or not, as far as there is
     * room to move their live slabs to.
     *
     * @param leastPercent 1 to 100
     */
    public CompletableFuture<CollectionReport> collectNow(int leastPercent) {
        CompletableFuture<CollectionReport> done = demands.add(leastPercent);
        if (runner.isClosing() || runner.failure() != null) {
            failDemands();
        }
        runner.signal();
        return done;
    }

    private void failDemands() {
        fail("the tier is closed");
    }

    private void fail(String reason) {
        demands.fail("the garbage on " + context.device().name() + " can't be collected: " + reason);
        evacuations.fail("zones of " + context.device().name() + " can't be emptied: " + reason);
    }

    private boolean isEnding() {
        return runner.isClosing();
    }

    /**
     * Moves all live slabs that can be read out of these zones, whether other slabs of them are dead or not; a damaged
     * header or summary is no obstacle. Zones that are being written are left out.
     *
     * @param zones numbers of zones
     */
    public CompletableFuture<List<EvacuatedZone>> evacuate(Collection<Integer> zones) {
        CompletableFuture<List<EvacuatedZone>> done = evacuations.add(zones);
        if (runner.isClosing() || runner.failure() != null) {
            failDemands();
        }
        runner.signal();
        return done;
    }

    /** Whether collection may free a zone without any further release of a slab. */
    private boolean canCollect() {
        return zones.reserve() > 0 && (working || (isShortOfZones() && victims.best(LAST_RESORT_PERCENT) != NONE));
    }

    /** Whether collection is needed and may succeed. */
    private boolean isShortOfZones() {
        return zones.freeZones() <= zones.reserve() && !isStuck();
    }

    /** Has the collector thread drop an epoch; false when it has just found none to drop. */
    private boolean evictionMayHelp() {
        long foundNothing = nothingToEvictNanos;
        if (foundNothing != 0 && System.nanoTime() - foundNothing < EVICTION_ANSWER_NANOS) {
            nothingToEvictNanos = 0;
            return false;
        }
        evictionWanted = true;
        runner.signal();
        return true;
    }

    private void evict() {
        int slabs = context.slabs().evictOldestEpoch();
        if (slabs > 0) {
            counters.epochsEvicted.increment();
            counters.slabsEvicted.add(slabs);
            LOGGER.log(
                    System.Logger.Level.DEBUG,
                    () -> context.device().name() + " is full: the oldest cold epoch was dropped, " + slabs + " slabs");
        } else {
            nothingToEvictNanos = System.nanoTime() | 1;
        }
        demoter.wake();
    }

    private boolean isStuck() {
        return stuckAtReleases == counters.slabsReleased.get();
    }

    /** The work of the collector thread. */
    private final class Collecting implements Agent {
        @Override
        public String name() {
            return "zns-slab-collection";
        }

        @Override
        public String purpose() {
            return "collection of dead slabs on " + context.device().name();
        }

        @Override
        public long work() {
            if (tellsAfterRest) {
                tellsAfterRest = false;
                demoter.wake();
            }
            long now = System.nanoTime();
            // Not at each signal: the writer thread's next request is a signal too, and the two threads would keep each
            // other awake.
            if (demotionsWait && now - wokenAtNanos >= LOOK_NANOS) {
                demotionsWait = false;
                wokenAtNanos = now;
                demoter.wake();
            }
            int victim = nextVictim();
            if (victim == NONE && zones.reserve() > 0) {
                victim = demands.nextVictim();
            } else if (victim == NONE) {
                demands.noneCanBeCollected();
            }
            if (victim != NONE) {
                return collectAndTell(victim);
            }
            return evacuations.emptyNext() ? Agent.BUSY : rest();
        }

        /**
         * A failed collection leaves its zone as it is; each slab that moved before the failure was recorded by itself.
         */
        @Override
        public boolean failed(Throwable cause) {
            fail(String.valueOf(cause.getMessage()));
            demoter.wake();
            return true;
        }

        @Override
        public void end() {
            failDemands();
            batch.close();
            summaryBuffer.close();
        }
    }

    /**
     * The zone to collect now. Ahead of need that is the same zone, but only if it is cheap to empty: a cheaper one
     * than the best is one that dies by itself soon.
     */
    private int nextVictim() {
        if (zones.freeZones() > zones.reserve()) {
            roomWanted = false;
            collectedInVain = 0;
        }
        int victim = NONE;
        if (zones.freeZones() <= lowWatermark && zones.reserve() > 0 && !isStuck()) {
            victim = victims.best(LAST_RESORT_PERCENT);
        }
        boolean isNeeded = roomWanted && zones.freeZones() <= zones.reserve();
        return victim != NONE && (isNeeded || table.isDead(victim, WORTHWHILE_PERCENT)) ? victim : NONE;
    }

    /** Handles a pass without a zone to collect. Returns the nanoseconds to pause. */
    private long rest() {
        if (!evictionWanted) {
            return LOOK_NANOS;
        }
        evictionWanted = false;
        if (zones.freeZones() <= zones.reserve() && !zones.hasDeadZones()) {
            evict();
            return Agent.BUSY;
        }
        // A zone became empty meanwhile, or is about to: the writer thread asks again if that is not enough.
        tellsAfterRest = true;
        return PAUSE_NANOS;
    }

    private long collectAndTell(int victim) {
        long released = counters.slabsReleased.get();
        working = true;
        Outcome outcome;
        try {
            outcome = collect(victim);
        } finally {
            working = false;
        }
        // Slabs of the zone may be on their way to their owner at this moment, and movable at the next; but not for
        // ever.
        fruitless = outcome == Outcome.SLABS_LEFT ? fruitless + 1 : 0;
        collectedInVain++;
        if (outcome == Outcome.NO_ROOM || fruitless >= MOST_FRUITLESS || collectedInVain > table.zoneCount()) {
            stuckAtReleases = released;
            fruitless = 0;
            collectedInVain = 0;
            demands.noRoom();
        }
        demoter.wake();
        return outcome == Outcome.EMPTIED ? Agent.BUSY : PAUSE_NANOS;
    }

    private enum Outcome {
        EMPTIED,
        /**
         * Something in the zone counts as live, but either the owner has another location for it, or it could not be
         * written elsewhere this time.
         */
        SLABS_LEFT,
        UNMOVABLE,
        NO_ROOM
    }

    /** Moves the live slabs of the zone. */
    private Outcome collect(int victim) {
        if (!table.beginRead(victim)) {
            return Outcome.EMPTIED;
        }
        try {
            counters.zones.increment();
            moveLiveSlabs(victim);
            return table.liveSlabs(victim) == 0 ? Outcome.EMPTIED : Outcome.SLABS_LEFT;
        } catch (CompletionException e) {
            return afterFailedWrite(victim, Failures.reason(e));
        } catch (ZnsSlabException e) {
            return giveUp(victim, e);
        } finally {
            table.endRead(victim);
        }
    }

    /** The fault lies with the zone that was written, not with the one being collected. */
    private Outcome afterFailedWrite(int victim, Throwable reason) {
        if (reason instanceof DeviceException e && e.problem() == DeviceException.Problem.FULL) {
            return Outcome.NO_ROOM;
        }
        LOGGER.log(
                System.Logger.Level.WARNING,
                () -> "slabs of zone " + victim + " of " + context.device().name() + " stay where they are for now: "
                        + reason.getMessage());
        return Outcome.SLABS_LEFT;
    }

    private void moveLiveSlabs(int victim) {
        batch.takeFrom(victim);
        long location = table.lastSummary(victim);
        while (location != 0 && !runner.isClosing()) {
            ByteBuffer summary = readSummary(victim, location);
            int count = ExtentSummaryLayout.count(summary, 0);
            long first = location - count * locationsPerSlab();
            for (int i = 0; i < count; i++) {
                addIfLive(summary, i, first + i * locationsPerSlab());
            }
            location = ExtentSummaryLayout.previous(summary, 0);
        }
        relocate();
    }

    private long locationsPerSlab() {
        return context.slabs().shape().slabBytes() / SealedBlock.LOCATION_BYTES;
    }

    private ByteBuffer readSummary(int victim, long location) {
        context.device().read(location * SealedBlock.LOCATION_BYTES, summaryBuffer.buffer(0));
        ByteBuffer summary = summaryBuffer.view(0);
        Mismatch mismatch = summaries.check(summary, 0, location, table.incarnation(victim));
        if (mismatch != null) {
            throw new ZnsSlabException("the extent summary at location " + location + " of "
                    + context.device().name() + " was rejected, since " + mismatch.explanation());
        }
        return summary;
    }

    private void addIfLive(ByteBuffer summary, int entry, long location) {
        long slabId = summaries.slabId(summary, 0, entry);
        if (!context.slabs().hasImageAt(slabId, location)) {
            return;
        }
        batch.add(
                slabId,
                summaries.sizeClass(summary, 0, entry),
                summaries.epoch(summary, 0, entry),
                summaries.baseGeneration(summary, 0, entry),
                summaries.lastGeneration(summary, 0, entry),
                location);
        if (batch.isFull()) {
            relocate();
        }
    }

    /**
     * Moves the relocation batch's slabs and empties it.
     *
     * @throws CompletionException when they could not be written
     */
    private void relocate() {
        ZnsSlabException error = batch.read(reader);
        if (batch.size() > 0) {
            demoter.relocate(batch).join();
        }
        batch.clear();
        if (error != null) {
            throw error;
        }
    }

    private Outcome giveUp(int victim, ZnsSlabException reason) {
        if (runner.isClosing()) {
            return Outcome.SLABS_LEFT;
        }
        victims.exclude(victim);
        counters.unmovableZones.increment();
        LOGGER.log(
                System.Logger.Level.WARNING,
                () -> "zone " + victim + " of " + context.device().name()
                        + " can't be collected and keeps its dead slabs: " + reason.getMessage());
        return Outcome.UNMOVABLE;
    }

    /** Ends after the current relocation batch. */
    @Override
    public void close() {
        runner.close();
    }
}
