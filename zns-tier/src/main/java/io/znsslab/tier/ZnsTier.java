package io.znsslab.tier;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.core.cold.TierMemory;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Completions;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.device.IoMethod;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.ZoneHeaderLayout;
import io.znsslab.tier.read.SlabCache;
import io.znsslab.tier.recovery.CheckpointLog;
import io.znsslab.tier.recovery.Recovery;
import io.znsslab.tier.recovery.ZoneStarts;
import io.znsslab.tier.report.CollectionReport;
import io.znsslab.tier.report.EvacuatedZone;
import io.znsslab.tier.report.FormattedStore;
import io.znsslab.tier.report.RecoveryReport;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneReclaimer;
import io.znsslab.tier.zone.ZoneTable;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ColdTier} on a {@link ZonedDevice}. Thread-safe. Its futures complete on threads that continuations may
 * block; a {@link ColdTier.Listener} is called on the tier's reader thread.
 *
 * <p>Opened by {@link #open} or {@link #builder} and attached to one allocator, which closes the tier; the tier closes
 * the device.
 */
public final class ZnsTier implements ColdTier {
    private final ZonedDevice device;
    private final IoMethod ioMethod;
    private final Superblock superblock;
    private final Recovery recovery;
    private final TierSettings settings;
    private final ZoneTable table;
    private final ZoneAllocator zones;
    private final TierCounters counters = new TierCounters();
    /** Completes the futures that callers hold. */
    private final Completions completions = new Completions();

    private volatile @Nullable Attachment attachment;
    private volatile boolean finished;
    private volatile boolean closed;

    ZnsTier(ZonedDevice device, Recovery recovery, TierSettings settings, ZoneTable table, ZoneAllocator zones) {
        this.device = device;
        this.ioMethod = device.ioMethod();
        this.recovery = recovery;
        superblock = recovery.superblock();
        this.settings = settings;
        this.table = table;
        this.zones = zones;
    }

    /**
     * Opens the device at a path and the tier on it; formats an empty device.
     *
     * @throws io.znsslab.tier.device.DeviceException when the device is missing, not zoned, in use, or holds something
     *     else
     */
    public static ZnsTier open(Path path) {
        ZonedDevice device = ZonedDevice.open(path);
        try {
            return builder(device).open();
        } catch (RuntimeException | Error e) {
            device.close();
            throw e;
        }
    }

    /** Starts to describe a tier on an open device. */
    public static ZnsTierBuilder builder(ZonedDevice device) {
        return new ZnsTierBuilder(Objects.requireNonNull(device, "device must not be null"));
    }

    /** The staging buffers of writing, reading and collecting, those of the log, and the read cache. */
    @Override
    public TierMemory memory(SlabShape shape) {
        Objects.requireNonNull(shape, "shape must not be null");
        return Attachment.memory(device, zones, shape.slabBytes(), settings);
    }

    @Override
    public synchronized void attach(ColdSlabs slabs) {
        Objects.requireNonNull(slabs, "slabs must not be null");
        requireOpen();
        if (attachment != null) {
            throw new IllegalStateException("the tier on " + device.name() + " is attached to an allocator already");
        }
        requireFitting(slabs.shape());
        recovery.requireFitting(slabs.shape());
        recovery.restore(slabs, table, zones);
        // From here on the recovered state counts: nothing was written before this point.
        CheckpointLog log = new CheckpointLog(
                device, table, zones, slabs, recovery.start(slabs.shape()), recovery.acknowledgedEpochs());
        try {
            zones.beforeReset(log::syncNow);
            zones.tidyUp();
            attachment = start(slabs, log);
            recovery.release();
        } catch (RuntimeException | Error e) {
            log.stop();
            throw e;
        }
    }

    private Attachment start(ColdSlabs slabs, CheckpointLog log) {
        ZoneReclaimer reclaimer = new ZoneReclaimer(zones);
        try {
            TierContext context = new TierContext(device, superblock.device(), slabs, zones, reclaimer, log);
            return Attachment.start(context, settings, counters);
        } catch (RuntimeException | Error e) {
            reclaimer.close();
            throw e;
        }
    }

    /** First number of an opening's incarnations and extents: the opening is the upper half. */
    static long firstOf(long opening) {
        return opening << Integer.SIZE;
    }

    private void requireFitting(SlabShape slabs) {
        int slabBytes = slabs.slabBytes();
        boolean supported = slabBytes >= 4096 && slabBytes <= 65536 && Integer.bitCount(slabBytes) == 1;
        if (!supported || slabs.headerBytes() < SlabImageLayout.HEADER_BYTES) {
            throw new ZnsSlabException("the tier on " + device.name()
                    + " takes slabs of 4096 to 65536 bytes, a power of two, with 64 bytes left free at their "
                    + "start; not of "
                    + slabBytes + " with " + slabs.headerBytes());
        }
        long least = 2L * ZoneHeaderLayout.BLOCK_BYTES + slabBytes;
        if (device.geometry().zoneCapacityBytes() < least) {
            throw new ZnsSlabException("the zones of " + device.name() + " are too small: a slab of " + slabBytes
                    + " bytes needs a zone capacity of " + least + ", they have "
                    + device.geometry().zoneCapacityBytes());
        }
    }

    private Attachment attached() {
        Attachment current = attachment;
        if (current == null) {
            throw new IllegalStateException("the tier on " + device.name() + " is not attached to an allocator yet");
        }
        return current;
    }

    private void requireOpen() {
        if (finished || closed) {
            throw new IllegalStateException("the tier on " + device.name() + " is closed");
        }
    }

    /** Checks the destination and the tier's state; returns the parts that can read a slab into the destination. */
    private Attachment readableInto(MemorySegment destination) {
        TierArguments.requireDestination(destination);
        requireOpen();
        Attachment current = attached();
        TierArguments.requireRoom(destination, current.context().slabs().shape().slabBytes());
        return current;
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        Objects.requireNonNull(batch, "batch must not be null");
        requireOpen();
        return completions.handOut(attached().demoter().demote(batch));
    }

    @Override
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        return completions.handOut(readableInto(destination).reader().read(slabId, sizeClass, location, destination));
    }

    @Override
    public void read(
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            long ticket,
            TicketListener listener) {
        Objects.requireNonNull(listener, "listener must not be null");
        readableInto(destination).reader().read(slabId, sizeClass, location, destination, ticket, listener);
    }

    @Override
    public void read(long slabId, int sizeClass, long location, MemorySegment destination, Listener listener) {
        Objects.requireNonNull(listener, "listener must not be null");
        read(slabId, sizeClass, location, destination, 0, (_, failure) -> listener.readEnded(failure));
    }

    @Override
    public void readNow(long slabId, int sizeClass, long location, MemorySegment destination) {
        Attachment current = readableInto(destination);
        if (Thread.currentThread().isVirtual()) {
            // A waiting read would pin the virtual thread's carrier for as long as the device takes.
            join(current.reader().read(slabId, sizeClass, location, destination));
        } else {
            current.waitingReader().read(slabId, sizeClass, location, destination);
        }
    }

    private static void join(CompletableFuture<Void> read) {
        try {
            read.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void readThrough(long slabId, int sizeClass, long location, MemorySegment destination) {
        Attachment current = readableInto(destination);
        if (current.cache() == null || !TierArguments.isOn(device, location)) {
            readNow(slabId, sizeClass, location, destination);
            return;
        }
        long incarnation = table.incarnation(table.zoneOf(location));
        if (current.cache().read(slabId, location, incarnation, destination)) {
            return;
        }
        readNow(slabId, sizeClass, location, destination);
        current.cache().put(slabId, location, incarnation, destination);
        if (!current.context().slabs().hasImageAt(slabId, location)) {
            // A release that came before the put found nothing to remove: the image must go now.
            current.cache().remove(location);
        }
    }

    /** Adjacent images are read by one transfer; the read cache is neither asked nor filled. */
    @Override
    public void readAll(
            long[] slabIds,
            int[] sizeClasses,
            long[] locations,
            MemorySegment destination,
            @Nullable Throwable[] failures) {
        Attachment current = readableInto(destination);
        TierArguments.requireAlike(slabIds, sizeClasses, locations, failures);
        TierArguments.requireRoom(
                destination, slabIds.length * current.context().slabs().shape().slabBytes());
        Runnable read = () -> current.runReader().read(slabIds, sizeClasses, locations, destination, failures);
        if (Thread.currentThread().isVirtual()) {
            // A waiting read would pin the virtual thread's carrier for as long as the device takes.
            join(CompletableFuture.runAsync(read, completions));
        } else {
            read.run();
        }
    }

    @Override
    public void release(long slabId, long location) {
        TierArguments.requireLocation(device, slabId, location);
        counters.collection.slabsReleased.incrementAndGet();
        // The log must know before the release can make the location free.
        attached().context().log().changed(slabId);
        SlabCache cache = attached().cache();
        if (cache != null) {
            cache.remove(location);
        }
        if (zones.removeLive(table.zoneOf(location), 1)) {
            attached().context().reclaimer().signal();
        }
    }

    @Override
    public void changed(long slabId) {
        TierArguments.requireSlabId(slabId);
        attached().context().log().changed(slabId);
    }

    @Override
    public void epochChanged(long epoch) {
        TierArguments.requireEpoch(epoch);
        attached().context().log().epochChanged(epoch);
    }

    @Override
    public CompletableFuture<Void> sync() {
        requireOpen();
        return completions.handOut(attached().context().log().sync());
    }

    @Override
    public byte[] root() {
        requireOpen();
        return attached().context().log().root().clone();
    }

    @Override
    public void root(byte[] bytes) {
        TierArguments.requireRoot(bytes);
        requireOpen();
        attached().context().log().root(bytes.clone());
    }

    @Override
    public long reserveSlabIds(long wanted) {
        TierArguments.requireWantedSlabId(wanted);
        return attached().context().log().reserveSlabIds(wanted);
    }

    @Override
    public void expectSlabIds(long wanted) {
        TierArguments.requireWantedSlabId(wanted);
        attached().context().log().expectSlabIds(wanted);
    }

    @Override
    public int generationBound() {
        return attached().context().log().generationBound();
    }

    @Override
    public int reserveGenerations(long slabId, int generation) {
        TierArguments.requireGeneration(slabId, generation);
        return attached().context().log().reserveGenerations(slabId, generation);
    }

    @Override
    public void expectGenerations(long slabId, int generation) {
        TierArguments.requireGeneration(slabId, generation);
        attached().context().log().expectGenerations(slabId, generation);
    }

    @Override
    public long reserveEpochs(long wanted) {
        TierArguments.requireEpoch(wanted);
        return attached().context().log().reserveEpochs(wanted);
    }

    /**
     * Collects garbage now: moves the live slabs out of the zones of whose written slabs at least that share is dead,
     * and resets these zones, though the device may have empty zones enough. Zones that are being written are left out.
     * The future completes when no such zone is left, or no room to move slabs to; the zones are empty then, but for
     * those from which a read is in progress, which follow at its end.
     *
     * @param leastDeadPercent 1 to 100
     * @throws IllegalStateException when the tier is closed, or no allocator is attached
     */
    public CompletableFuture<CollectionReport> collect(int leastDeadPercent) {
        if (leastDeadPercent < 1 || leastDeadPercent > 100) {
            throw new IllegalArgumentException("percent of dead slabs " + leastDeadPercent + ": must be 1 to 100");
        }
        requireOpen();
        return completions.handOut(attached().collector().collectNow(leastDeadPercent));
    }

    /**
     * Moves the live slabs out of zones, and resets these: for a zone with a damaged header or summary, whose garbage
     * can't be collected, or one that begins to fail. Slabs that can't be read, or are not what was written, stay where
     * they are, and the zone with them. Each slab moves as collection moves it: at any time there is a valid image of
     * it, and no handle changes. Zones that are being written are left out, but for those of an earlier run that this
     * run has not come to yet.
     *
     * <p>The future completes with what became of each zone, in the order of their numbers. The emptied zones are reset
     * then, but for those from which a read is in progress, which follow at its end. No zone is reset before the moves
     * out of it are durable; those out of other zones are so once a {@link #sync} or {@link #checkpoint} is that begins
     * later.
     *
     * @param zones numbers of zones
     * @throws IllegalArgumentException if there is no zone of such a number
     * @throws IllegalStateException when the tier is closed, or no allocator is attached
     */
    public CompletableFuture<List<EvacuatedZone>> evacuate(Collection<Integer> zones) {
        List<Integer> copy = List.copyOf(Objects.requireNonNull(zones, "zones must not be null"));
        copy.forEach(zone -> TierArguments.requireZone(table, zone));
        requireOpen();
        return completions.handOut(attached().collector().evacuate(copy));
    }

    /**
     * Writes the log anew, as a checkpoint in other zones than those that count now. The future completes when the new
     * one counts, with all that was acknowledged before: damage to a copy of the former one is of no concern any more.
     * Demotions go on meanwhile; those whose acknowledgement comes behind it wait for it.
     *
     * @throws IllegalStateException when the tier is closed, or no allocator is attached
     */
    public CompletableFuture<Void> checkpoint() {
        requireOpen();
        return completions.handOut(attached().context().log().checkpoint());
    }

    /** What opening the device found there, and what was lost. */
    public RecoveryReport recovery() {
        return recovery.report();
    }

    /** The store that the device was formatted for, if there is one; for tools. Writes nothing. */
    public static Optional<FormattedStore> storeOn(ZonedDevice device) {
        Objects.requireNonNull(device, "device must not be null");
        return storeIn(new ZoneStarts(device, device.report()));
    }

    static Optional<FormattedStore> storeIn(ZoneStarts starts) {
        return Optional.ofNullable(starts.newest())
                .map(superblock -> new FormattedStore(
                        superblock.device().uuid(),
                        superblock.opening() - superblock.firstOpening() + 1,
                        Instant.ofEpochSecond(superblock.formattedAtSeconds()),
                        superblock.slabBytes()));
    }

    /** The device that this tier stores slabs on; the tier closes it. */
    public ZonedDevice device() {
        return device;
    }

    /** The identity that the device was given at formatting. */
    public String deviceUuid() {
        return superblock.device().toString();
    }

    /** A snapshot of what the tier has done since it was opened, and of what it holds now. */
    public TierStatistics statistics() {
        return counters.statistics(table, zones, attachment, ioMethod);
    }

    /**
     * All zones as the device reports them, with the tier's use of each.
     *
     * @throws IllegalStateException when the device is closed
     */
    public ZoneMap zoneMap() {
        List<ZoneMap.Entry> entries = new ArrayList<>();
        for (ZoneDescriptor zone : device.report()) {
            entries.add(new ZoneMap.Entry(zone, table.use(zone.index()), table.liveSlabs(zone.index())));
        }
        return new ZoneMap(List.copyOf(entries));
    }

    /** @throws IllegalStateException on a thread of a tier, for which this would have to wait */
    @Override
    public void finish() {
        // Checked before taking the lock, because an agent's thread would wait for the lock as well.
        AgentRunner.requireNoAgentThread("the tier on " + device.name() + " can't be closed");
        finishOnce();
    }

    private synchronized void finishOnce() {
        if (finished) {
            return;
        }
        finished = true;
        if (attachment != null) {
            attachment.finish();
        }
    }

    /**
     * Finishes the demotions and reads in progress, marks the store as closed in order, then closes the device.
     *
     * @throws IllegalStateException on an agent's thread of a tier, since close waits for those threads
     */
    @Override
    public void close() {
        AgentRunner.requireNoAgentThread("the tier on " + device.name() + " can't be closed");
        closeOnce();
    }

    private synchronized void closeOnce() {
        if (closed) {
            return;
        }
        try {
            finishOnce();
            closed = true;
            Attachment current = attachment;
            if (current != null) {
                current.close();
            }
        } finally {
            recovery.release();
            try {
                device.close();
            } finally {
                DevicesInUse.release(device);
            }
        }
    }
}
