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
import io.znsslab.tier.format.LogRecordLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.recovery.RegionReader.Damage;
import io.znsslab.tier.recovery.ZoneStarts.LogZone;
import io.znsslab.tier.report.RecoveryReport;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What is on a device that has a store, found by the store's log; recovery writes nothing. It is used once, by one
 * thread: made, looked at, then put into the allocator by {@link #restore}.
 */
public final class Recovery {
    private static final long OPENINGS_PASSED_OVER = 1 << 16;

    private final ZonedDevice device;
    private final List<ZoneDescriptor> zones;
    private final Superblock superblock;
    private final long region;
    private final List<Integer> members;
    /** The zones of the log, to look a zone up: a device of many zones has a log of many. */
    private final BitSet logZones = new BitSet();

    private final List<Integer> complete;
    /** The end of the region that counts, if the log can go on behind it; else null. */
    private final RegionTail tail;

    private final int regionZonesOfTail;
    private final RecoveryMemory memory;
    /** What the log says; null once it was released. */
    private RecoveredSlabs found;

    private final LossList losses = new LossList();
    private final RecoveryReport report;
    /** Whether a part of the log is gone: then only the promises say what may have been issued. */
    private final boolean logIsDamaged;
    /** The highest bounds that any region promises; null if none does. */
    private Bounds promised;

    private int[] indexes = {};

    /**
     * Makes the recovery of a device that was just formatted; its superblock is that of its first opening.
     *
     * @param marked the zone that has this superblock already, which gave up a former store; there may be none
     */
    public static Recovery ofNothing(
            ZonedDevice device, List<ZoneDescriptor> zones, Superblock superblock, List<Integer> marked) {
        return new Recovery(device, zones, superblock, marked);
    }

    private Recovery(ZonedDevice device, List<ZoneDescriptor> zones, Superblock superblock, List<Integer> marked) {
        this.device = device;
        this.zones = zones;
        this.superblock = superblock;
        memory = new RecoveryMemory();
        region = 0;
        tail = null;
        regionZonesOfTail = 0;
        complete = marked;
        members = withEmptyZones(marked, superblock.regionZones());
        members.forEach(logZones::set);
        found = nothing();
        logIsDamaged = false;
        report = RecoveryReport.NOTHING;
    }

    /**
     * Reads the log of a device that has a log.
     *
     * @param starts what the device's zones begin with
     * @throws ZnsSlabException when the log has no complete region
     */
    public static Recovery of(ZonedDevice device, ZoneStarts starts) {
        RecoveryMemory memory = new RecoveryMemory();
        try {
            return new Recovery(device, starts, memory);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    private Recovery(ZonedDevice device, ZoneStarts starts, RecoveryMemory memory) {
        this.memory = memory;
        long began = System.nanoTime();
        this.device = device;
        zones = starts.zones();
        Superblock newest = starts.newest();
        region = newest.region();
        List<LogZone> ofLog = starts.logZones(newest.device());
        TreeMap<Long, List<LogZone>> regions = new TreeMap<>(Comparator.reverseOrder());
        ofLog.forEach(zone -> regions.computeIfAbsent(zone.superblock().region(), number -> new ArrayList<>())
                .add(zone));
        RecoveredSlabs recovered = null;
        List<LogZone> chosen = List.of();
        RegionTail end = null;
        long blocks = 0;
        long records = 0;
        for (List<LogZone> candidate : regions.values()) {
            candidate.sort(Comparator.comparingInt(zone -> zone.superblock().zoneOfRegion()));
            recovered = new RecoveredSlabs(zones.size(), memory);
            try (RegionReader reader = new RegionReader(device, candidate)) {
                reader.replay(recovered);
                blocks += reader.blocksRead();
                records += reader.records();
                List<Damage> damages = recovered.hasEnd() ? reader.damages() : reader.damagesThatMayHideTheEnd();
                damages.forEach(this::lost);
                chosen = candidate;
                end = reader.tail();
            }
            notePromise(recovered);
            if (recovered.isComplete()) {
                break;
            }
        }
        List<LogZone> counting = chosen;
        // A program of the version before must not take a region for its own that has records which it does not know.
        boolean isOfThisVersion = chosen.stream().allMatch(LogZone::isOfThisVersion);
        tail = recovered.isComplete() && isOfThisVersion ? end : null;
        regionZonesOfTail =
                chosen.isEmpty() ? 0 : chosen.getFirst().superblock().regionZones();
        boolean formattingUnfinished = !recovered.isComplete() && starts.isFirstOpeningWithoutData();
        if (!recovered.isComplete() && !formattingUnfinished) {
            requirePromise();
            losses.add(-1, 0, 0, -1, "no region of the log is complete");
        }
        found = formattingUnfinished ? nothing() : recovered;
        // After a formatting that was cut short, the zone that gives up the store before must stay as well.
        complete = ofLog.stream()
                .filter(zone -> formattingUnfinished ? zone.superblock().region() == 0 : counting.contains(zone))
                .map(zone -> zone.zone().index())
                .toList();
        members = withEmptyZones(ofLog.stream().map(zone -> zone.zone().index()).toList(), newest.regionZones());
        members.forEach(logZones::set);
        checkZones(starts);
        if (!chosen.isEmpty() && !formattingUnfinished) {
            checkNamelessZones(starts, chosen.getFirst().superblock());
        }
        logIsDamaged = !losses.isEmpty();
        superblock = superblockAfter(newest, starts, formattingUnfinished);
        if (found.isComplete()) {
            checkSlabs(starts);
        }
        indexes = found.indexesByEpoch();
        long objects = 0;
        int epochs = 0;
        for (int i = 0; i < indexes.length; i++) {
            objects += found.objects(indexes[i]);
            boolean another = i == 0 || found.epochIndex(indexes[i]) != found.epochIndex(indexes[i - 1]);
            epochs += another ? 1 : 0;
        }
        report = new RecoveryReport(
                indexes.length,
                objects,
                epochs,
                new RecoveryReport.ReplayedLog(blocks, records, found.closed),
                System.nanoTime() - began,
                losses.all());
    }

    private void notePromise(RecoveredSlabs region) {
        Bounds far = region.promise();
        if (far != null) {
            promised = promised == null ? far : promised.max(far);
        }
    }

    private void requirePromise() {
        if (promised == null) {
            String damage = losses.isEmpty() ? "" : losses.all().getFirst().reason() + "; ";
            throw new DeviceException(
                    DeviceException.Problem.CORRUPT,
                    "the store on " + device.name() + " can't be opened: " + damage
                            + "no region of its log is complete, and none says which handles were issued, so that new"
                            + " ones might be the same; use force to format the device anew");
        }
    }

    /**
     * The superblock of the next opening, whose number passes over the openings of a region that is lost, too: it skips
     * more openings than can have been begun in vain before one succeeded.
     */
    private Superblock superblockAfter(Superblock newest, ZoneStarts starts, boolean formattingUnfinished) {
        if (formattingUnfinished) {
            return newest;
        }
        // If the power went before the zones of a new region had that number, the region that was gone on with has it.
        Superblock last = newest.atOpening(Math.max(newest.opening(), found.opening));
        return logIsDamaged
                ? last.atOpening(Math.max(starts.openingAfterAll(), last.opening() + 1) + OPENINGS_PASSED_OVER)
                : last.nextOpening();
    }

    private RecoveredSlabs nothing() {
        RecoveredSlabs none = new RecoveredSlabs(zones.size(), memory);
        none.closed = true;
        return none;
    }

    private void lost(Damage damage) {
        losses.add(
                -1,
                0,
                0,
                damage.zone(),
                damage.reason() + " (offset " + damage.offsetBytes()
                        + "): demotions that were acknowledged there are missing, and what was freed or "
                        + "discarded there may be there again");
    }

    /** The zones that the log gets: the zones that it has, and empty ones for those that it lacks. */
    private List<Integer> withEmptyZones(List<Integer> known, int regionZones) {
        List<Integer> all = new ArrayList<>(known);
        for (ZoneDescriptor zone : zones) {
            boolean usable = zone.type() == ZoneType.SEQUENTIAL && zone.condition() == ZoneCondition.EMPTY;
            if (usable && all.size() < 2 * regionZones) {
                all.add(zone.index());
            }
        }
        return List.copyOf(all);
    }

    private void checkZones(ZoneStarts starts) {
        for (ZoneDescriptor zone : zones) {
            boolean known = found.failedZones[zone.index()] || found.incarnations[zone.index()] != 0;
            if (zone.type() == ZoneType.SEQUENTIAL && zone.condition() == ZoneCondition.OFFLINE && !known) {
                losses.add(-1, 0, 0, zone.index(), "the zone is offline, and what it held is not known");
            }
        }
        for (int zone : starts.unreadable()) {
            if (!found.failedZones[zone] && found.incarnations[zone] == 0) {
                losses.add(
                        -1, 0, 0, zone, "the zone's first blocks can't be read, so that it may be a part of the log");
            }
        }
    }

    private void checkNamelessZones(ZoneStarts starts, Superblock counting) {
        if (starts.nameless().isEmpty()) {
            return;
        }
        try (NamelessZones zonesWithoutName = new NamelessZones(device, counting.device())) {
            for (ZoneDescriptor zone : starts.nameless()) {
                if (zonesWithoutName.holdsLogSince(counting.region(), zone)) {
                    losses.add(
                            -1,
                            0,
                            0,
                            zone.index(),
                            "both copies of the superblock of a zone of the log are damaged: what was "
                                    + "acknowledged, freed or discarded since region "
                                    + counting.region() + " of the log may not be known");
                }
            }
        }
    }

    private void checkSlabs(ZoneStarts starts) {
        String[] doubts = new String[zones.size()];
        for (int zone = 0; zone < doubts.length; zone++) {
            doubts[zone] = reasonToDoubtZone(zone, starts);
        }
        for (int index = 0; index < found.bound(); index++) {
            if (!found.isThere(index)) {
                continue;
            }
            String reason = reasonToDoubt(index, doubts);
            if (reason != null) {
                losses.add(
                        found.epochAt(found.epochIndex(index)).number(),
                        1,
                        found.objects(index),
                        zoneOf(index),
                        reason);
                found.forget(index);
            }
        }
    }

    private int zoneOf(int index) {
        return device.geometry().zoneOf(found.location(index) * SealedBlock.LOCATION_BYTES);
    }

    /** Why no slab can be in a zone; null when it can. */
    private String reasonToDoubtZone(int zone, ZoneStarts starts) {
        if (zones.get(zone).type() != ZoneType.SEQUENTIAL || logZones.get(zone)) {
            return "the log names a location that can't hold a slab";
        }
        if (found.incarnations[zone] == 0) {
            return "the log contradicts itself";
        }
        if (zones.get(zone).condition() == ZoneCondition.OFFLINE) {
            return "the zone is offline";
        }
        long incarnation = starts.incarnation(zone, superblock.device());
        return incarnation != 0 && incarnation != found.incarnations[zone]
                ? "the zone was reset and written anew"
                : null;
    }

    /** Why a slab can't be where the log says it is; null when it can. */
    private String reasonToDoubt(int index, String[] doubts) {
        int zone = zoneOf(index);
        if (zone >= zones.size()) {
            return "the log names a location that can't hold a slab";
        }
        if (doubts[zone] != null) {
            return doubts[zone];
        }
        // The class after the size classes is that of packed slabs.
        if (LogRecordLayout.sizeClass(found.factsOf(index)) > found.slotBytes.length) {
            return "the log contradicts itself";
        }
        ZoneDescriptor descriptor = zones.get(zone);
        long end = found.location(index) * SealedBlock.LOCATION_BYTES + found.slabBytes;
        boolean pointerCounts = descriptor.condition() != ZoneCondition.READ_ONLY;
        return pointerCounts && end > descriptor.writePointerBytes()
                ? "the zone was reset, or lost what was durable: it is written up to " + descriptor.writePointerBytes()
                        + " only"
                : null;
    }

    /**
     * Gives up what is known about each slab, which the allocator has by then or will never have. What was found in all
     * stays known: {@link #report}, {@link #superblock} and {@link #logZones}.
     */
    public void release() {
        if (found != null) {
            found = null;
            indexes = new int[0];
            memory.close();
        }
    }

    /** What was found, and what was not. */
    public RecoveryReport report() {
        return report;
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
        int words = found.hasPackedSlabs() ? slabs.bitmapWords(slabs.packedClass()) : slabs.bitmapWords();
        int needed = LogGeometry.regionZones(device.geometry(), slabs.slabBytes(), words);
        return superblock.withSlabBytes(slabs.slabBytes(), Math.max(needed, superblock.regionZones()));
    }

    /** Zones that a region needs before the shape of slabs is known. */
    public static int usualRegionZones(ZonedDevice device) {
        return LogGeometry.regionZones(device.geometry(), SealedBlock.LOCATION_BYTES, 1);
    }

    /** Where the log goes on. */
    public LogStart start(SlabShape slabs) {
        return new LogStart(
                superblockFor(slabs),
                region,
                members,
                new CompleteRegion(complete, found.promise(), tailFor(slabs)),
                issuedBefore().reservations());
    }

    /**
     * An opening may go on with the last region if what the region says is what was found, and can be said as before:
     * nothing that the region records is lost, and the region promises bounds and is about slabs of the same shape.
     */
    private RegionTail tailFor(SlabShape slabs) {
        boolean goesOn = losses.isEmpty()
                && found.issued != null
                && hasShapeOf(slabs)
                && superblockFor(slabs).regionZones() == regionZonesOfTail;
        return goesOn ? tail : null;
    }

    private RecoveredBounds issuedBefore() {
        return new RecoveredBounds(found, logIsDamaged ? promised : null);
    }

    /** Epochs whose demotion was acknowledged, in no order. */
    public List<Long> acknowledgedEpochs() {
        List<Long> numbers = new ArrayList<>();
        for (int index = 0; index < found.epochCount(); index++) {
            ColdEpoch epoch = found.epochAt(index);
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
        if (indexes.length == 0) {
            return;
        }
        if (!hasShapeOf(slabs)) {
            throw new ZnsSlabException("the store on " + device.name() + " was made with slabs of " + found.slabBytes
                    + " bytes, slots of " + Arrays.toString(found.slotBytes) + " and handles of version "
                    + found.handleVersion + "; the allocator has slabs of " + slabs.slabBytes() + ", slots of "
                    + Arrays.toString(slotBytes(slabs)) + " and handles of version " + slabs.handleVersion()
                    + ": build it alike, or use force to format the device anew");
        }
    }

    private boolean hasShapeOf(SlabShape slabs) {
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
        int[] liveOfZones = new int[zones.size()];
        restoreSlabs(restoration, before, liveOfZones);
        for (ZoneDescriptor zone : zones) {
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
        ColdImage image = new ColdImage();
        SlabIds ids = new SlabIds();
        for (int from = 0; from < indexes.length; ) {
            int epochIndex = found.epochIndex(indexes[from]);
            ids.clear();
            int to = from;
            while (to < indexes.length && found.epochIndex(indexes[to]) == epochIndex) {
                ids.add(found.slabId(indexes[to++]));
            }
            ColdEpoch epoch = found.epochAt(epochIndex);
            ColdEpoch restored = new ColdEpoch(
                    epoch.number(),
                    epoch.label(),
                    epoch.openedMillis(),
                    epoch.lifetime(),
                    before.lastGenerationOf(ids, epoch.maxGeneration()));
            restoration.epoch(restored, ids.array(), ids.size());
            for (; from < to; from++) {
                describe(indexes[from], epoch.number(), image);
                restoration.slab(image);
                liveOfZones[zoneOf(indexes[from])]++;
            }
        }
    }

    private void describe(int index, long epoch, ColdImage image) {
        int facts = found.factsOf(index);
        image.slabId = found.slabId(index);
        image.sizeClass = LogRecordLayout.sizeClass(facts);
        image.baseGeneration = LogRecordLayout.baseGeneration(facts);
        image.hasOneGeneration = LogRecordLayout.hasOneGeneration(facts);
        image.epoch = epoch;
        image.location = found.location(index);
        for (int word = 0; word < image.live.length; word++) {
            image.live[word] = found.live(index, word);
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
                    found.incarnations[index],
                    live,
                    writtenSlabs(zone, live, slabBytes),
                    found.lastSummaries[index]);
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
        int written = Math.max(live, found.writtenSlabs[zone.index()]);
        int fit = (int) (zone.capacityBytes() / slabBytes);
        boolean endedEarly = zone.condition() == ZoneCondition.FULL && written < fit * 3 / 4;
        return endedEarly ? Math.max(written, fit - 2) : written;
    }
}
