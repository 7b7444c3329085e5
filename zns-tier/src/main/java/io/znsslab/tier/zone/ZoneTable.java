package io.znsslab.tier.zone;

import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.format.SealedBlock;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * The state of each zone, readable by all threads: use, incarnation, live slabs, reads in flight. A few dozen bytes for
 * each zone, none for a slab.
 *
 * <p>Two pairs of accesses decide races, each by the rule "announce, then check": a reader announces itself, then
 * checks the use, while the resetting thread sets the use, then checks for readers; a release lowers the live count,
 * then checks the use, while sealing sets the use, then checks the live count. All are volatile accesses, so at least
 * one of the two always sees the other.
 */
public final class ZoneTable {
    private final DeviceGeometry geometry;
    private final AtomicReferenceArray<ZoneUse> uses;
    private final AtomicLongArray incarnations;
    private final AtomicIntegerArray liveSlabs;
    private final AtomicIntegerArray writtenSlabs;
    private final AtomicLongArray lastSummaries;
    private final AtomicIntegerArray readers;

    private final AtomicIntegerArray firstFreeBlocks;
    /** The number of zones begun by this run, and for each zone that number when it was begun. */
    private final AtomicLong begun = new AtomicLong();

    private final AtomicLongArray begunAt;
    private final AtomicIntegerArray generations;
    private final AtomicInteger failures = new AtomicInteger();
    private final long[] capacities;
    private final boolean[] sequential;

    /**
     * Creates the table with all zones unusable; the allocator sets their uses.
     *
     * @param report of all the device's zones
     */
    public ZoneTable(DeviceGeometry geometry, List<ZoneDescriptor> report) {
        this.geometry = geometry;
        capacities = report.stream().mapToLong(ZoneDescriptor::capacityBytes).toArray();
        int zones = geometry.zoneCount();
        uses = new AtomicReferenceArray<>(zones);
        for (int zone = 0; zone < zones; zone++) {
            uses.set(zone, ZoneUse.UNUSABLE);
        }
        incarnations = new AtomicLongArray(zones);
        liveSlabs = new AtomicIntegerArray(zones);
        writtenSlabs = new AtomicIntegerArray(zones);
        lastSummaries = new AtomicLongArray(zones);
        readers = new AtomicIntegerArray(zones);
        begunAt = new AtomicLongArray(zones);
        generations = new AtomicIntegerArray(zones);
        firstFreeBlocks = new AtomicIntegerArray(zones);
        sequential = new boolean[zones];
        report.forEach(zone -> sequential[zone.index()] = zone.type() == ZoneType.SEQUENTIAL);
    }

    /** Number of zones. */
    public int zoneCount() {
        return capacities.length;
    }

    /** Whether the zone has failed: it is of a kind that could be used, but can't be. */
    public boolean hasFailed(int zone) {
        return sequential[zone] && uses.get(zone) == ZoneUse.UNUSABLE;
    }

    /** How many zones have failed so far. */
    public int failures() {
        return failures.get();
    }

    /** Sets what an earlier run left in a zone. Called before anything is read or written. */
    public void restore(int zone, long incarnation, int live, int written, long lastSummary) {
        incarnations.set(zone, incarnation);
        liveSlabs.set(zone, live);
        writtenSlabs.set(zone, written);
        lastSummaries.set(zone, lastSummary);
    }

    /** Orders the restored zones by age, once all are restored: the earlier begun, the older. */
    void orderRestored() {
        int[] newestFirst = IntStream.range(0, zoneCount())
                .filter(zone -> incarnations.get(zone) != 0)
                .boxed()
                .sorted(Comparator.comparingLong(incarnations::get).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        for (int newer = 0; newer < newestFirst.length; newer++) {
            begunAt.set(newestFirst[newer], -newer);
        }
    }

    /** The age of a zone: how many zones were begun since. */
    public long age(int zone) {
        return begun.get() - begunAt.get(zone);
    }

    /** How often the slabs of the zone were moved at least: 0 for zones of epochs, and for zones of earlier runs. */
    public int generation(int zone) {
        return generations.get(zone);
    }

    /** Notes that its owner opened the zone for slabs that have been moved so often. */
    public void generation(int zone, int moves) {
        generations.set(zone, moves);
    }

    /**
     * Notes that the rest of a zone is given up: space for so many slabs, which counts as dead until the zone is reset.
     */
    public void restGivenUp(int zone, int slabs) {
        writtenSlabs.addAndGet(zone, slabs);
    }

    /** Device offset of the next extent in a zone that is being opened. */
    public long nextByte(int zone) {
        return geometry.startOf(zone) + (long) firstFreeBlocks.get(zone) * SealedBlock.LOCATION_BYTES;
    }

    /** Notes that the zone is written further behind what an earlier run has written. */
    void goOn(int zone, long nextByte) {
        firstFreeBlocks.set(zone, (int) ((nextByte - geometry.startOf(zone)) / SealedBlock.LOCATION_BYTES));
        uses.set(zone, ZoneUse.OPEN);
    }

    /** Zone that a location lies in. */
    public int zoneOf(long location) {
        return geometry.zoneOf(location * SealedBlock.LOCATION_BYTES);
    }

    /** How many bytes can be written to the zone. */
    public long capacityBytes(int zone) {
        return capacities[zone];
    }

    /** The use of the zone. */
    public ZoneUse use(int zone) {
        return uses.get(zone);
    }

    /** The number of the zone's present incarnation. */
    public long incarnation(int zone) {
        return incarnations.get(zone);
    }

    /** Number of slabs in the zone that are written, or about to be, and not dead. */
    public int liveSlabs(int zone) {
        return liveSlabs.get(zone);
    }

    /** Number of slabs in the zone that are dead but take space until it is reset. */
    public int deadSlabs(int zone) {
        return Math.max(0, writtenSlabs.get(zone) - liveSlabs.get(zone));
    }

    /** Whether at least that share of the zone's written slabs is dead, and at least one slab is. */
    public boolean isDead(int zone, int percent) {
        int dead = deadSlabs(zone);
        return dead > 0 && 100L * dead >= (long) percent * writtenSlabs.get(zone);
    }

    /** Number of slabs written to the zone in this incarnation, dead ones included. */
    public int writtenSlabs(int zone) {
        return writtenSlabs.get(zone);
    }

    /** Location of the last extent's summary, which leads to the others; 0 when no extent was written yet. */
    public long lastSummary(int zone) {
        return lastSummaries.get(zone);
    }

    /** Notes that an extent of the zone is written, with its summary at that location. */
    public void extentWritten(int zone, int slabs, long summaryLocation) {
        writtenSlabs.addAndGet(zone, slabs);
        lastSummaries.set(zone, summaryLocation);
    }

    /**
     * Announces a read of the zone. False when the zone is being reset or was: the slab has moved then. Pairs with
     * {@link #endRead}.
     */
    public boolean beginRead(int zone) {
        readers.incrementAndGet(zone);
        ZoneUse use = uses.get(zone);
        if (use == ZoneUse.OPEN || use == ZoneUse.SEALED) {
            return true;
        }
        readers.decrementAndGet(zone);
        return false;
    }

    /** Ends a read of the zone, whether it succeeded or not. */
    public void endRead(int zone) {
        readers.decrementAndGet(zone);
    }

    boolean isBeingRead(int zone) {
        return readers.get(zone) != 0;
    }

    void use(int zone, ZoneUse use) {
        if (use == ZoneUse.UNUSABLE) {
            failures.incrementAndGet();
        }
        uses.set(zone, use);
    }

    /** Starts a new incarnation of an empty zone. */
    void begin(int zone, long incarnation) {
        incarnations.set(zone, incarnation);
        writtenSlabs.set(zone, 0);
        lastSummaries.set(zone, 0);
        firstFreeBlocks.set(zone, 0);
        begunAt.set(zone, begun.incrementAndGet());
        generations.set(zone, 0);
        uses.set(zone, ZoneUse.OPEN);
    }

    int addLive(int zone, int slabs) {
        return liveSlabs.addAndGet(zone, slabs);
    }
}
