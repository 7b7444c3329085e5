package io.znsslab.tier.recovery;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdRestoration;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.SlabShape;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.report.RecoveryReport;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Takes a {@linkplain FoundStore store that was found} back into use: which opening this is, where the log goes on, and
 * what the allocator gets. Recovery writes nothing. It is used once, by one thread: made, looked at, then put into the
 * allocator by {@link #restore}.
 */
public final class Recovery {
    private static final long OPENINGS_PASSED_OVER = 1 << 16;

    private final ZonedDevice device;
    private final FoundStore store;
    private final Superblock superblock;
    private final long region;
    private final List<Integer> members;
    /** The zones of the log, to look a zone up: a device of many zones has a log of many. */
    private final BitSet logZones = new BitSet();

    private final List<Integer> complete;
    /**
     * All that may have been issued is below these, where the log does not say more about single ids: after damage, or
     * in a store that takes over what another has issued. Else null.
     */
    private final Bounds taken;

    /**
     * Makes the recovery of a device that was just formatted; its superblock is that of its first opening.
     *
     * @param marked the zone that has this superblock already, which gave up a former store; there may be none
     * @param slabIds no slab id below this is issued: 1 or more
     * @param epochs no epoch below this is opened
     */
    public static Recovery ofNothing(
            ZonedDevice device,
            List<ZoneDescriptor> zones,
            Superblock superblock,
            List<Integer> marked,
            long slabIds,
            long epochs) {
        FoundStore nothing = FoundStore.nothing(device, zones, superblock);
        List<Integer> members = withEmptyZones(nothing, marked);
        return new Recovery(nothing, superblock, 0, members, marked, new Bounds(slabIds, epochs));
    }

    /**
     * Reads the log of a device that has a log.
     *
     * @param starts what the device's zones begin with
     * @throws ZnsSlabException when new handles might be the same as some that were issued
     */
    public static Recovery of(ZonedDevice device, ZoneStarts starts) {
        FoundStore store = FoundStore.of(device, starts);
        try {
            requirePromise(device, store);
            return new Recovery(
                    store,
                    superblockAfter(store, starts),
                    store.newest().region(),
                    withDeadZones(store, withEmptyZones(store, store.zonesOfLog()), starts),
                    store.zonesThatCount(),
                    store.isLogDamaged() ? store.promised() : null);
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    private Recovery(
            FoundStore store,
            Superblock superblock,
            long region,
            List<Integer> members,
            List<Integer> complete,
            Bounds taken) {
        this.taken = taken;
        this.store = store;
        device = store.device();
        this.superblock = superblock;
        this.region = region;
        this.complete = complete;
        this.members = members;
        members.forEach(logZones::set);
    }

    private static void requirePromise(ZonedDevice device, FoundStore store) {
        if (!store.isFormattingUnfinished() && !store.records().isComplete() && store.promised() == null) {
            String first = store.losses().getFirst().reason();
            throw new DeviceException(
                    DeviceException.Problem.CORRUPT,
                    "the store on " + device.name() + " can't be opened: "
                            + (first.equals(FoundStore.NO_REGION) ? "" : first + "; ")
                            + "no region of its log is complete, and none says which handles were issued, so that new"
                            + " ones might be the same; use force to format the device anew");
        }
    }

    /**
     * The superblock of the next opening, whose number passes over the openings of a region that is lost, too: it skips
     * more openings than can have been begun in vain before one succeeded.
     */
    private static Superblock superblockAfter(FoundStore store, ZoneStarts starts) {
        if (store.isFormattingUnfinished()) {
            return store.newest();
        }
        // If the power went before the zones of a new region had that number, the region that was gone on with has it.
        Superblock last = store.newest().atOpening(store.lastOpening());
        return store.isLogDamaged()
                ? last.atOpening(Math.max(starts.openingAfterAll(), last.opening() + 1) + OPENINGS_PASSED_OVER)
                : last.nextOpening();
    }

    /** The zones that the log gets: the zones that it has, and empty ones for those that it lacks. */
    private static List<Integer> withEmptyZones(FoundStore store, List<Integer> known) {
        List<Integer> all = new ArrayList<>(known);
        for (ZoneDescriptor zone : store.zones()) {
            boolean usable = zone.type() == ZoneType.SEQUENTIAL && zone.condition() == ZoneCondition.EMPTY;
            if (usable && all.size() < zonesOfLog(store)) {
                all.add(zone.index());
            }
        }
        return List.copyOf(all);
    }

    private static int zonesOfLog(FoundStore store) {
        return 2 * store.newest().regionZones();
    }

    /**
     * Those zones and, if they are fewer than the log needs, zones in which the log knows nothing live, which the log
     * resets before it writes there. A full device has no empty zone, and a formatting that was cut short leaves the
     * log of the store that counts one zone less: the one that was to take the new store's superblock.
     */
    private static List<Integer> withDeadZones(FoundStore store, List<Integer> known, ZoneStarts starts) {
        int needed = zonesOfLog(store);
        if (known.size() >= needed) {
            return known;
        }
        BitSet taken = store.zonesWithSlabs();
        known.forEach(taken::set);
        starts.unreadable().forEach(taken::set);
        List<Integer> all = new ArrayList<>(known);
        for (ZoneDescriptor zone : store.zones()) {
            boolean isWritten = zone.condition().isActive() || zone.condition() == ZoneCondition.FULL;
            boolean usable = zone.type() == ZoneType.SEQUENTIAL && isWritten && !taken.get(zone.index());
            if (usable && all.size() < needed) {
                all.add(zone.index());
            }
        }
        return List.copyOf(all);
    }

    /**
     * Gives up what is known about each slab, which the allocator has by then or will never have. What was found in all
     * stays known: {@link #report}, {@link #superblock} and {@link #isLogZone}.
     */
    public void release() {
        store.close();
    }

    /** What was found, and what was not. */
    public RecoveryReport report() {
        return store.report();
    }

    /** The superblock of the present opening. */
    public Superblock superblock() {
        return superblock;
    }

    /** Whether the log has that zone. */
    public boolean isLogZone(int zone) {
        return logZones.get(zone);
    }

    /** The superblock of the present opening, for that allocator's slabs. */
    public Superblock superblockFor(SlabShape slabs) {
        int words = store.records().hasPackedSlabs() ? slabs.bitmapWords(slabs.packedClass()) : slabs.bitmapWords();
        int needed = LogGeometry.regionZones(
                device.geometry(),
                slabs.slabBytes(),
                words,
                store.records().root().bytes().length);
        return superblock.withSlabBytes(slabs.slabBytes(), Math.max(needed, superblock.regionZones()));
    }

    /** Zones that a region needs before the shape of slabs is known. */
    public static int usualRegionZones(ZonedDevice device) {
        return LogGeometry.regionZones(device.geometry(), SealedBlock.LOCATION_BYTES, 1, 0);
    }

    /** Where the log goes on. */
    public LogStart start(SlabShape slabs) {
        return new LogStart(
                superblockFor(slabs),
                region,
                members,
                new CompleteRegion(complete, store.records().promise(), tailFor(slabs)),
                issuedBefore().reservations(),
                store.records().root());
    }

    /**
     * An opening may go on with the last region if what the region says is what was found, and can be said as before:
     * nothing that the region records is lost, and the region promises bounds and is about slabs of the same shape.
     */
    private RegionTail tailFor(SlabShape slabs) {
        boolean goesOn = store.losses().isEmpty()
                && store.records().issued != null
                && hasShapeOf(slabs)
                && superblockFor(slabs).regionZones() == store.regionZonesOfTail();
        return goesOn ? store.tail() : null;
    }

    private RecoveredBounds issuedBefore() {
        return new RecoveredBounds(store.records(), taken);
    }

    /** Epochs whose demotion was acknowledged, in no order. */
    public List<Long> acknowledgedEpochs() {
        List<Long> numbers = new ArrayList<>();
        for (int index = 0; index < store.epochs(); index++) {
            ColdEpoch epoch = store.epochAt(index);
            if (epoch != null) {
                numbers.add(epoch.number());
            }
        }
        return numbers;
    }

    /**
     * Refuses an allocator whose handles and slabs are not those of the device.
     *
     * @throws ZnsSlabException saying in what the two differ
     */
    public void requireFitting(SlabShape slabs) {
        if (store.slabs().length == 0 || hasShapeOf(slabs)) {
            return;
        }
        RecoveredSlabs found = store.records();
        throw new ZnsSlabException("the store on " + device.name() + " was made with slabs of " + found.slabBytes
                + " bytes, slots of " + Arrays.toString(found.slotBytes) + " and handles of version "
                + found.handleVersion + "; the allocator has slabs of " + slabs.slabBytes() + ", slots of "
                + Arrays.toString(slotBytes(slabs)) + " and handles of version " + slabs.handleVersion()
                + ": build it alike, or use force to format the device anew");
    }

    private boolean hasShapeOf(SlabShape slabs) {
        RecoveredSlabs found = store.records();
        return found.slabBytes == slabs.slabBytes()
                && found.handleVersion == slabs.handleVersion()
                && Arrays.equals(found.slotBytes, slotBytes(slabs));
    }

    private static int[] slotBytes(SlabShape slabs) {
        int[] slotBytes = new int[slabs.sizeClasses()];
        for (int sizeClass = 0; sizeClass < slotBytes.length; sizeClass++) {
            slotBytes[sizeClass] = slabs.slotBytes(sizeClass);
        }
        return slotBytes;
    }

    /** Puts what was found into the allocator, and notes what each zone is used for. */
    public void restore(ColdSlabs slabs, ZoneTable table, ZoneAllocator allocator) {
        ColdRestoration restoration = slabs.restoration();
        RecoveredBounds before = issuedBefore();
        before.restore(restoration);
        int[] liveOfZones = new int[store.zones().size()];
        restoreSlabs(restoration, before, liveOfZones);
        for (ZoneDescriptor zone : store.zones()) {
            if (zone.type() == ZoneType.SEQUENTIAL) {
                restoreZone(
                        zone,
                        liveOfZones[zone.index()],
                        table,
                        allocator,
                        slabs.shape().slabBytes());
            }
        }
    }

    private void restoreSlabs(ColdRestoration restoration, RecoveredBounds before, int[] liveOfZones) {
        int[] indexes = store.slabs();
        ColdImage image = new ColdImage();
        SlabIds ids = new SlabIds();
        for (int from = 0; from < indexes.length; ) {
            int epochIndex = store.epochIndexOf(indexes[from]);
            ids.clear();
            int to = from;
            while (to < indexes.length && store.epochIndexOf(indexes[to]) == epochIndex) {
                ids.add(store.records().slabId(indexes[to++]));
            }
            ColdEpoch epoch = store.epochAt(epochIndex);
            ColdEpoch restored = new ColdEpoch(
                    epoch.number(),
                    epoch.label(),
                    epoch.openedMillis(),
                    epoch.lifetime(),
                    before.lastGenerationOf(ids, epoch.maxGeneration()),
                    epoch.expiresMillis());
            restoration.epoch(restored, ids.array(), ids.size());
            for (; from < to; from++) {
                store.describe(indexes[from], image);
                restoration.slab(image);
                liveOfZones[store.zoneOf(image.location)]++;
            }
        }
    }

    private void restoreZone(ZoneDescriptor zone, int live, ZoneTable table, ZoneAllocator allocator, int slabBytes) {
        int index = zone.index();
        if (logZones.get(index)) {
            allocator.reserveForMetadata(index);
            return;
        }
        boolean failed = zone.condition() == ZoneCondition.OFFLINE || zone.condition() == ZoneCondition.READ_ONLY;
        if (live > 0) {
            table.restore(
                    index,
                    store.incarnation(index),
                    live,
                    writtenSlabs(zone, live, slabBytes),
                    store.lastSummary(index));
            allocator.restore(zone, slabBytes + (long) SealedBlock.LOCATION_BYTES);
        } else if (failed) {
            allocator.giveUp(index);
        } else if (zone.condition() == ZoneCondition.EMPTY) {
            allocator.addFree(index);
        } else {
            allocator.restoreDead(index);
        }
    }

    /**
     * How many slabs the zone has room for, if it is full: also in a zone that was given up early the rest is dead, and
     * worth collecting.
     */
    private int writtenSlabs(ZoneDescriptor zone, int live, int slabBytes) {
        int written = Math.max(live, store.writtenSlabs(zone.index()));
        int fit = (int) (zone.capacityBytes() / slabBytes);
        boolean endedEarly = zone.condition() == ZoneCondition.FULL && written < fit * 3 / 4;
        return endedEarly ? Math.max(written, fit - 2) : written;
    }
}
