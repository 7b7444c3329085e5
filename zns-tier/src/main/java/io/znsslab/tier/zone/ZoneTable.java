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
 * What we know of each zone, for all threads to look at: use, life, live slabs, reads in flight. A few dozen bytes a
 * zone, nothing a slab.
 *
 * <p>Two pairs of accesses decide races, each by the rule "announce, then look": a reader announces itself, then looks
 * at the use, while the resetting thread sets the use, then looks for readers; a release lowers the live count, then
 * looks at the use, while sealing sets the use, then looks at the live count. All are volatile accesses, so at least
 * one of the two always sees the other.
 */
public final class ZoneTable {
    private final DeviceGeometry geometry;
    private final AtomicReferenceArray<ZoneUse> uses;
    private final AtomicLongArray lives;
    private final AtomicIntegerArray liveSlabs;
    private final AtomicIntegerArray writtenSlabs;
    private final AtomicLongArray lastSummaries;
    private final AtomicIntegerArray readers;

    private final AtomicIntegerArray firstFreeBlocks;
    /** Zones begun by this run, and for each zone how many had been when it was. */
    private final AtomicLong begun = new AtomicLong();

    private final AtomicLongArray begunAt;
    private final AtomicIntegerArray generations;
    private final AtomicInteger failures = new AtomicInteger();
    private final long[] capacities;
    private final boolean[] sequential;

    /**
     * All zones start as unusable; the allocator says otherwise.
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
        lives = new AtomicLongArray(zones);
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

    /** Whether the zone is one that could be used, and can't. */
    public boolean hasFailed(int zone) {
        return sequential[zone] && uses.get(zone) == ZoneUse.UNUSABLE;
    }

    /** How often zones have failed so far. */
    public int failures() {
        return failures.get();
    }

    /** What an earlier run left in a zone. Before anything is read or written. */
    public void restore(int zone, long life, int live, int written, long lastSummary) {
        lives.set(zone, life);
        liveSlabs.set(zone, live);
        writtenSlabs.set(zone, written);
        lastSummaries.set(zone, lastSummary);
    }

    /** All zones of earlier runs are restored: those are the older, the longer ago they were begun. */
    void orderRestored() {
        int[] newestFirst = IntStream.range(0, zoneCount())
                .filter(zone -> lives.get(zone) != 0)
                .boxed()
                .sorted(Comparator.comparingLong(lives::get).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        for (int newer = 0; newer < newestFirst.length; newer++) {
            begunAt.set(newestFirst[newer], -newer);
        }
    }

    /** Zones begun since that one was: what its slabs have outlived. */
    public long age(int zone) {
        return begun.get() - begunAt.get(zone);
    }

    /** How often the slabs of the zone were moved, at least: 0 for zones of epochs, and for those of earlier runs. */
    public int generation(int zone) {
        return generations.get(zone);
    }

    /** The zone was opened for slabs that have been moved so often. By its owner. */
    public void generation(int zone, int moves) {
        generations.set(zone, moves);
    }

    /** The rest of a zone is given up: room for so many slabs, which counts as dead until the zone is reset. */
    public void restGivenUp(int zone, int slabs) {
        writtenSlabs.addAndGet(zone, slabs);
    }

    /** Device offset at which the next extent of a zone goes, when it is given out. */
    public long nextByte(int zone) {
        return geometry.startOf(zone) + (long) firstFreeBlocks.get(zone) * SealedBlock.LOCATION_BYTES;
    }

    /** The zone goes on behind what an earlier run has written. */
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

    /** What the zone is used for. */
    public ZoneUse use(int zone) {
        return uses.get(zone);
    }

    /** The number of the zone's present life. */
    public long life(int zone) {
        return lives.get(zone);
    }

    /** Slabs in the zone that are written, or about to be, and not dead. */
    public int liveSlabs(int zone) {
        return liveSlabs.get(zone);
    }

    /** Slabs in the zone that are dead but take room until it is reset. */
    public int deadSlabs(int zone) {
        return Math.max(0, writtenSlabs.get(zone) - liveSlabs.get(zone));
    }

    /** Whether at least that part of what is written in the zone is dead, and something is. */
    public boolean isDead(int zone, int percent) {
        int dead = deadSlabs(zone);
        return dead > 0 && 100L * dead >= (long) percent * writtenSlabs.get(zone);
    }

    /** Slabs written to the zone in this life, dead ones included. */
    public int writtenSlabs(int zone) {
        return writtenSlabs.get(zone);
    }

    /** Location of the last extent's summary, from which the others are found; 0 when no extent was written yet. */
    public long lastSummary(int zone) {
        return lastSummaries.get(zone);
    }

    /** An extent of the zone is written, its summary at that location. */
    public void extentWritten(int zone, int slabs, long summaryLocation) {
        writtenSlabs.addAndGet(zone, slabs);
        lastSummaries.set(zone, summaryLocation);
    }

    /**
     * Lets a read of the zone begin. False when the zone is being reset or was: the slab has gone elsewhere. Pairs with
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

    /** A read of the zone has ended, well or not. */
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

    /** Starts a new life of an empty zone. */
    void begin(int zone, long life) {
        lives.set(zone, life);
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
