package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.LogRecordLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.recovery.RegionReader.Damage;
import io.znsslab.tier.recovery.ZoneStarts.LogZone;
import io.znsslab.tier.report.Loss;
import io.znsslab.tier.report.RecoveryReport;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is on a device that has a store, found by the store's log. The class writes nothing, and refuses nothing: what
 * is damaged or missing is among the {@linkplain #losses losses}. {@link Recovery} puts what was found into an
 * allocator; an inspection shows it.
 *
 * <p>Slabs have indexes, not all of which have a slab; {@link #slabs} gives those that do. For one thread.
 */
public final class FoundStore implements AutoCloseable {
    /** The reason of the loss that stands for all of a log. */
    static final String NO_REGION = "no region of the log is complete";

    private final ZonedDevice device;
    private final List<ZoneDescriptor> zones;
    private final Superblock newest;
    private final List<LogZone> ofLog;
    /** The zones of the last region that was looked at, which counts if any does. */
    private final List<LogZone> counting;
    /** The end of the region that counts, if the log can go on behind it; else null. */
    private final RegionTail tail;

    private final boolean isFormattingUnfinished;
    private final RecoveryMemory memory;
    /** What the log says; null once it was released. */
    private RecoveredSlabs found;

    private final LossList losses = new LossList();
    private final RecoveryReport report;
    private final boolean isLogDamaged;
    /** The highest bounds that any region promises; null if none does. */
    private Bounds promised;

    private int[] indexes = {};

    /** The store that a device was just formatted for. */
    static FoundStore nothing(ZonedDevice device, List<ZoneDescriptor> zones, Superblock superblock) {
        return new FoundStore(device, zones, superblock);
    }

    private FoundStore(ZonedDevice device, List<ZoneDescriptor> zones, Superblock superblock) {
        this.device = device;
        this.zones = zones;
        newest = superblock;
        ofLog = List.of();
        counting = List.of();
        tail = null;
        isFormattingUnfinished = true;
        memory = new RecoveryMemory();
        found = emptyStore();
        isLogDamaged = false;
        report = RecoveryReport.NOTHING;
    }

    /**
     * Reads the log of a device that has one.
     *
     * @param starts what the device's zones begin with
     */
    public static FoundStore of(ZonedDevice device, ZoneStarts starts) {
        RecoveryMemory memory = new RecoveryMemory();
        try {
            return new FoundStore(device, starts, memory);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    private FoundStore(ZonedDevice device, ZoneStarts starts, RecoveryMemory memory) {
        this.memory = memory;
        long began = System.nanoTime();
        this.device = device;
        zones = starts.zones();
        newest = starts.newest();
        ofLog = starts.logZones(newest.device());
        RecoveredSlabs recovered = null;
        List<LogZone> chosen = List.of();
        RegionTail end = null;
        long blocks = 0;
        long records = 0;
        for (List<LogZone> candidate : regionsOf(ofLog).values()) {
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
        counting = chosen;
        // A program of the version before must not take a region for its own that has records which it does not know.
        boolean isOfThisVersion = chosen.stream().allMatch(LogZone::isOfThisVersion);
        tail = recovered.isComplete() && isOfThisVersion ? end : null;
        isFormattingUnfinished = !recovered.isComplete() && starts.isFirstOpeningWithoutData();
        if (!recovered.isComplete() && !isFormattingUnfinished) {
            losses.add(-1, 0, 0, -1, NO_REGION);
        }
        found = isFormattingUnfinished ? emptyStore() : recovered;
        FoundDoubts doubts = new FoundDoubts(device, starts, found, newest.device(), logZones());
        doubts.checkZones(losses);
        if (!chosen.isEmpty() && !isFormattingUnfinished) {
            doubts.checkNamelessZones(chosen.getFirst().superblock(), losses);
        }
        isLogDamaged = !losses.isEmpty();
        if (found.isComplete()) {
            doubts.checkSlabs(losses);
        }
        indexes = found.indexesByEpoch();
        report = report(blocks, records, System.nanoTime() - began);
    }

    /** The zones of each region in their order, those of the highest region first. */
    private static Map<Long, List<LogZone>> regionsOf(List<LogZone> ofLog) {
        Map<Long, List<LogZone>> regions = new TreeMap<>(Comparator.reverseOrder());
        ofLog.forEach(zone -> regions.computeIfAbsent(zone.superblock().region(), number -> new ArrayList<>())
                .add(zone));
        regions.values()
                .forEach(of -> of.sort(
                        Comparator.comparingInt(zone -> zone.superblock().zoneOfRegion())));
        return regions;
    }

    private BitSet logZones() {
        BitSet all = new BitSet();
        ofLog.forEach(zone -> all.set(zone.zone().index()));
        return all;
    }

    private RecoveryReport report(long blocks, long records, long nanos) {
        long objects = 0;
        int epochs = 0;
        for (int i = 0; i < indexes.length; i++) {
            objects += found.objects(indexes[i]);
            boolean another = i == 0 || found.epochIndex(indexes[i]) != found.epochIndex(indexes[i - 1]);
            epochs += another ? 1 : 0;
        }
        return new RecoveryReport(
                indexes.length,
                objects,
                epochs,
                new RecoveryReport.ReplayedLog(blocks, records, found.closed),
                nanos,
                losses.all());
    }

    private void notePromise(RecoveredSlabs region) {
        Bounds far = region.promise();
        if (far != null) {
            promised = promised == null ? far : promised.max(far);
        }
    }

    private RecoveredSlabs emptyStore() {
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

    /** Gives up what is known about each slab. The {@link #report}, superblocks and regions stay known. */
    @Override
    public void close() {
        if (found != null) {
            found = null;
            indexes = new int[0];
            memory.close();
        }
    }

    ZonedDevice device() {
        return device;
    }

    /** The zones of the device that the store can use, as they were reported. */
    public List<ZoneDescriptor> zones() {
        return zones;
    }

    /** The superblock of the newest region that anything was written of. */
    public Superblock newest() {
        return newest;
    }

    /** The zones that hold the log, those that only hold former regions included. */
    List<Integer> zonesOfLog() {
        return ofLog.stream().map(zone -> zone.zone().index()).toList();
    }

    /** The zones of the log that must stay as they are until another region is complete. */
    List<Integer> zonesThatCount() {
        // After a formatting that was cut short, the zone that gives up the store before must stay as well.
        return ofLog.stream()
                .filter(zone -> isFormattingUnfinished ? zone.superblock().region() == 0 : counting.contains(zone))
                .map(zone -> zone.zone().index())
                .toList();
    }

    /** The end behind which the log can go on; null if it can't. */
    RegionTail tail() {
        return tail;
    }

    /** The most zones of the region that was read last; 0 if there is none. */
    int regionZonesOfTail() {
        return counting.isEmpty() ? 0 : counting.getFirst().superblock().regionZones();
    }

    /** Whether the device was being formatted for the store when that was cut short. */
    public boolean isFormattingUnfinished() {
        return isFormattingUnfinished;
    }

    /** Whether a part of the log is gone: then only the promises say what may have been issued. */
    boolean isLogDamaged() {
        return isLogDamaged;
    }

    /** The highest bounds that any region promises; null if none does. */
    Bounds promised() {
        return promised;
    }

    /** What the log says. */
    RecoveredSlabs records() {
        return found;
    }

    /** The regions of the log that there is anything of, the newest first. */
    public List<FoundRegion> regions() {
        List<FoundRegion> all = new ArrayList<>();
        long last = counting.isEmpty()
                ? Long.MAX_VALUE
                : counting.getFirst().superblock().region();
        regionsOf(ofLog).forEach((number, members) -> {
            boolean isLast = number == last;
            FoundRegion.State state = number > last || (isLast && !found.isComplete())
                    ? FoundRegion.State.UNFINISHED
                    : isLast ? FoundRegion.State.COUNTING : FoundRegion.State.FORMER;
            all.add(new FoundRegion(
                    number,
                    members.getFirst().superblock().opening(),
                    members.stream().map(LogZone::zone).toList(),
                    state));
        });
        return all;
    }

    /**
     * Whether all that was found can still be there: the zones of the region that counts hold it, and no zone with a
     * slab was written anew.
     *
     * @param now what the zones of the same device begin with by now
     */
    public boolean isStillOn(ZoneStarts now) {
        if (now.newest() == null || !now.newest().device().equals(newest.device())) {
            return false;
        }
        for (LogZone zone : counting) {
            boolean isThere = now.logZones(newest.device()).stream()
                    .anyMatch(other -> other.zone().index() == zone.zone().index()
                            && other.superblock().region() == zone.superblock().region());
            if (!isThere) {
                return false;
            }
        }
        for (int index : indexes) {
            int zone = zoneOf(found.location(index));
            if (now.incarnation(zone, newest.device()) != found.incarnations[zone]) {
                return false;
            }
        }
        return true;
    }

    /** Reads the log's blocks once more, each with its copy, and reports copies that are damaged beside a sound one. */
    public void checkCopies(LogCheck receiver) {
        if (!counting.isEmpty()) {
            try (RegionReader reader = new RegionReader(device, counting)) {
                reader.checkCopies(receiver);
            }
        }
    }

    /** The zones in which the log says that slabs are. */
    BitSet zonesWithSlabs() {
        BitSet all = new BitSet();
        for (int index : indexes) {
            all.set(zoneOf(found.location(index)));
        }
        return all;
    }

    /** What was found, and what was not. */
    public RecoveryReport report() {
        return report;
    }

    /** What is gone. */
    public List<Loss> losses() {
        return report.losses();
    }

    /** The shape of slabs and handles that the log names; null if it names none, or one that no store has. */
    public LoggedShape shape() {
        return LoggedShape.of(found.handleVersion, found.slabBytes, found.slotBytes);
    }

    /** The number of the last opening that left anything. */
    public long lastOpening() {
        return Math.max(newest.opening(), found.opening);
    }

    /** No slab id from this one on was ever issued, as far as the log says. */
    public long slabIdBound() {
        return isLogDamaged && promised != null ? promised.slabIds() : Math.max(1, found.slabIds);
    }

    /** No epoch from this one on was ever opened, as far as the log says. */
    public long epochBound() {
        return isLogDamaged && promised != null ? promised.epochs() : found.epochBound;
    }

    /** The indexes of all slabs that are there, one epoch after the other, by ascending ids. Not to be changed. */
    public int[] slabs() {
        return indexes;
    }

    /** The index of the slab of that id; -1 if it is not there, for a reason that {@link #fateOf} tells. */
    public int indexOf(long slabId) {
        return found.hasSlab(slabId) ? found.indexOfSlab(slabId) : -1;
    }

    /** What the log knows of a slab id. */
    public SlabFate fateOf(long slabId) {
        return found.fateOf(slabId);
    }

    /** The number of epochs that the log names. */
    public int epochs() {
        return found.epochCount();
    }

    /** The number of the epoch of that index, which is below {@link #epochs}. */
    public long epochNumber(int epochIndex) {
        return found.epochNumber(epochIndex);
    }

    /** The epoch of that index; null if its demotion was never acknowledged. */
    public ColdEpoch epochAt(int epochIndex) {
        return found.epochAt(epochIndex);
    }

    /** The index of the epoch of a slab's index. */
    public int epochIndexOf(int index) {
        return found.epochIndex(index);
    }

    /**
     * For each epoch's index, the slabs that a demotion wrote that was never acknowledged, so that they don't count.
     */
    public long[] unacknowledgedSlabs() {
        return found.unacknowledgedSlabs();
    }

    /** The number of live objects of a slab's index. */
    public int objects(int index) {
        return found.objects(index);
    }

    /** The location of the image of a slab's index. */
    public long location(int index) {
        return found.location(index);
    }

    /** Describes the slab of an index. */
    public void describe(int index, ColdImage into) {
        int facts = found.factsOf(index);
        into.slabId = found.slabId(index);
        into.sizeClass = LogRecordLayout.sizeClass(facts);
        into.baseGeneration = LogRecordLayout.baseGeneration(facts);
        into.hasOneGeneration = LogRecordLayout.hasOneGeneration(facts);
        into.epoch = found.epochNumber(found.epochIndex(index));
        into.location = found.location(index);
        for (int word = 0; word < into.live.length; word++) {
            into.live[word] = found.live(index, word);
        }
    }

    /** The zone that a location lies in. */
    public int zoneOf(long location) {
        return device.geometry().zoneOf(location * SealedBlock.LOCATION_BYTES);
    }

    /** The incarnation that the log names of a zone; 0 where it names none. */
    public long incarnation(int zone) {
        return found.incarnations[zone];
    }

    /** The location of the last extent's summary in a zone, as far as the log knows; 0 where it names none. */
    public long lastSummary(int zone) {
        return found.lastSummaries[zone];
    }

    /** Slabs that were written to a zone, as far as the log knows. */
    public int writtenSlabs(int zone) {
        return found.writtenSlabs[zone];
    }

    /** Whether the log has noted that the zone failed. */
    public boolean hasFailed(int zone) {
        return found.failedZones[zone];
    }
}
