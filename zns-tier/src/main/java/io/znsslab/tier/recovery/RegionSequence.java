package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.tier.ZoneUse;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.zone.ZoneAllocator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the log, one region after another: a group goes to the present region. The next region is written beside it,
 * in pieces, before the present one is full; where the next region did not come to its end in time, all that is left of
 * it is written with the group that finds no room.
 *
 * <p>A region that anything went wrong with, whatever it was, is written to no more: what it holds beyond its last
 * group is of no use, and what would follow might not be recorded in full. The next region begins with a checkpoint,
 * and is complete in itself. For one thread at a time; any thread may ask for the counters.
 */
final class RegionSequence {
    /** Regions that a group is tried in before it fails: the region where it is due, and two new regions. */
    private static final int ATTEMPTS = 3;
    /** The most blocks that it takes to complete a region. */
    private static final int BLOCKS_OF_AN_END = 2;
    /**
     * The next region gets so many blocks after each group, if it must: pieces are small only as long as that is enough
     * for the next region to be complete before the present one is full.
     */
    private static final int BLOCKS_FOR_A_GROUP = 8;

    private static final System.Logger LOGGER = System.getLogger(RegionSequence.class.getName());

    private final LogDevice log;
    private final ZonedDevice device;
    private final ZoneAllocator zones;
    private final LoggedState state;
    private final LogStart start;
    private final LogZones logZones;
    private final boolean oneZoneAtATime;
    private final boolean oneLogZoneAtATime;
    private final AtomicLong regions = new AtomicLong();

    private final PromisedBounds promises;

    /** The region that groups go to; null when the next group begins one. */
    private RegionWriter region;

    private GroupWriter writer;
    /** The region that is written beside the present one; null if none is. */
    private NextRegion next;
    /** Whether a next region may be begun: not again after one has failed, until a region is complete. */
    private boolean mayBeginNext = true;
    /** Blocks that were left for groups when the present region became complete. */
    private long blocksForGroups;

    private int writesOfRegion;
    private long regionNumber;
    private int zoneToFinish = ZoneAllocator.NONE;

    /**
     * What a group records.
     *
     * @param ids slabs that have changed
     * @param newEpochs epochs whose demotion the group acknowledges
     * @param changedEpochs epochs that are acknowledged, and whose end has changed since the log recorded it
     * @param reserved what may be issued once the group is durable; of the ids that have a bound of generations of
     *     their own, those that get it by the group
     * @param reserves whether that is more than was reserved before
     * @param closed whether the group closes the store, in good order
     */
    record Group(
            SlabIds ids,
            List<ColdEpoch> newEpochs,
            List<Long> changedEpochs,
            Reservations reserved,
            boolean reserves,
            boolean closed) {
        /** The same group for a region that records all slabs anyway. */
        Group withoutSlabs() {
            return new Group(new SlabIds(), List.of(), List.of(), reserved, reserves, closed);
        }
    }

    RegionSequence(LogDevice log, ZoneAllocator zones, LoggedState state, LogStart start) {
        this.log = log;
        this.zones = zones;
        this.state = state;
        this.start = start;
        device = log.device();
        logZones = new LogZones(
                device,
                zones,
                start.superblock().regionZones(),
                start.members(),
                start.complete().zones());
        oneZoneAtATime = zones.logZones() == 0;
        oneLogZoneAtATime = zones.logZones() <= 1;
        regionNumber = start.region();
        promises = new PromisedBounds(state.handleVersion(), start.complete().promise());
    }

    /** The bounds that the regions promise. */
    PromisedBounds promises() {
        return promises;
    }

    /** Regions begun so far. */
    long regions() {
        return regions.get();
    }

    /** Whether the next group goes to a region that is there already. */
    boolean goesOn() {
        return region != null;
    }

    /** Makes the next group begin a region, or complete the one that is begun. */
    void endRegion() {
        if (region != null && region.lastZone() >= 0) {
            zoneToFinish = region.lastZone();
        }
        region = null;
        writer = null;
    }

    /** Makes the next group begin a region, which records everything. */
    void giveRegionUp() {
        endRegion();
        next = null;
        // What is in flight must not reach zones that are finished, or emptied for another region.
        log.abandonWrites();
    }

    /** Prepares the zones; called before anything is written. */
    void prepareZones() {
        endZonesOfEarlierRuns();
        logZones.preallocate();
    }

    /**
     * Makes room for the log among the zones that may be partly written. A device that lost the end of zones that were
     * full already has more partly written data zones than there were ever meant to be; ending such a zone changes
     * nothing of what is in it. Where few zones may be partly written, those of earlier regions must not count among
     * them either.
     */
    private void endZonesOfEarlierRuns() {
        endSurplusZonesOfData();
        if (!oneLogZoneAtATime) {
            return;
        }
        for (int zone : start.members()) {
            if (device.report(zone).condition().isActive()) {
                if (start.complete().zones().contains(zone)) {
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
            boolean goesOn = state.table().use(zone.index()) == ZoneUse.OPEN;
            if (surplus > 0 && !goesOn) {
                device.finishZone(zone.index());
                surplus--;
            }
        }
    }

    /**
     * Makes a group durable, wherever that is possible.
     *
     * @throws DeviceException when it is not possible. Then, and after anything else that this method throws, the next
     *     group begins a new region
     */
    void write(Group group) {
        DeviceException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            boolean written = false;
            try {
                writeGroup(group);
                written = true;
                return;
            } catch (DeviceException e) {
                giveUpFailedZones();
                failure = failure == null ? e : failure;
            } finally {
                if (!written) {
                    giveRegionUp();
                }
            }
        }
        throw failure;
    }

    private void writeGroup(Group group) {
        if (oneZoneAtATime) {
            zones.takeTokenForLog();
        }
        try {
            if (region != null && region.blocksLeft() >= writer.mostBlocks(group) + 1) {
                goOn(group);
            } else {
                completeNext(group);
            }
            if (oneZoneAtATime) {
                giveRegionUp();
                finishOldZone();
            }
        } finally {
            if (oneZoneAtATime) {
                zones.returnTokenOfLog();
            }
        }
    }

    /**
     * Writes the group in the present region, and in the one that is being written, so that the latter will miss
     * nothing.
     */
    private void goOn(Group group) {
        writer.add(group);
        if (group.closed) {
            writer.closed();
        }
        region.force();
        if (group.closed || group.reserves) {
            // If the group were lost unnoticed, what it reserved would be issued again.
            region.writeCommitBlock();
        }
        if (group.closed && next != null) {
            next.region().writes().abandon();
            next = null;
        }
        if (next != null) {
            try {
                next.writer().add(group);
            } catch (DeviceException e) {
                dropNext(e);
            }
        }
    }

    /** Completes a region that records everything, in other zones than those of the last complete region. */
    private void completeNext(Group group) {
        boolean begins = next == null;
        if (begins) {
            endRegion();
            if (oneLogZoneAtATime) {
                finishOldZone();
            }
            beginNext(group);
            promises.begun(group.reserved().issued().far());
        }
        next.complete(begins ? group.withoutSlabs() : group);
        endRegion();
        region = next.region();
        writer = next.writer();
        next = null;
        mayBeginNext = true;
        writesOfRegion = 1 - writesOfRegion;
        blocksForGroups = region.blocksLeft();
        logZones.completed(region.zones());
        promises.complete();
    }

    private void beginNext(Group group) {
        log.writes(1 - writesOfRegion).abandon();
        int regionZones = LogGeometry.regionZones(
                device.geometry(),
                state.slabs().shape().slabBytes(),
                state.bitmapWords(),
                state.root().bytes().length);
        List<ZoneDescriptor> chosen = logZones.forNextRegion(log.widenRegions(regionZones));
        regionNumber++;
        regions.incrementAndGet();
        RegionWriter begun = newRegion(regionNumber, chosen, 1 - writesOfRegion);
        next = new NextRegion(begun, newWriter(begun), state.slabs().images());
        next.writer().beginCheckpoint(group);
    }

    /**
     * Begins the next region while the present one goes on. From here on ids and epochs may be reserved up to the
     * promise of the present region: no region before it answers any more, and the next region says how far to go on if
     * the present one is lost.
     */
    private void beginNextBeside(Group group) {
        beginNext(group);
        next.region().force();
        promises.begun(group.reserved().issued().far());
    }

    private RegionWriter newRegion(long number, List<ZoneDescriptor> inZones, int writes) {
        return new RegionWriter(log, number, inZones, log.writes(writes));
    }

    private GroupWriter newWriter(RegionWriter of) {
        return new GroupWriter(of, state);
    }

    /**
     * Goes on with the last complete region of earlier openings, if that region has an end that the log can go on
     * behind, and begins the next one beside it.
     *
     * @param group says what may be issued from now on
     * @return false where that is not possible: then the next group completes a region of this opening
     */
    boolean reopen(Group group) {
        RegionTail tail = start.complete().tail();
        if (tail == null || oneLogZoneAtATime) {
            return false;
        }
        try {
            beginNextBeside(group);
            region = newRegion(
                    tail.region(), logZones.goingOn(tail.zones(), next.region().zones()), writesOfRegion);
            region.goOnBehind(tail);
            writer = newWriter(region);
            if (region.blocksLeft() > writer.mostBlocks(group)) {
                logZones.completed(region.zones());
                writer.reopened(
                        start.superblock().opening(), group, start.complete().promise());
                region.force();
                region.writeCommitBlock();
                return true;
            }
            endRegion();
        } catch (DeviceException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "the log of " + device.name() + " is written anew before the store is open: " + e.getMessage());
            giveUpFailedZones();
            giveRegionUp();
        }
        return false;
    }

    /**
     * Whether it is time to begin the next region: the present one has used up half of its room, or what it may
     * reserve.
     */
    boolean wantsNext(Bounds reserved) {
        return region != null
                && next == null
                && mayBeginNext
                && !oneLogZoneAtATime
                && (region.blocksLeft() < blocksForGroups / 2 || promises.areNearlyUsedUp(reserved));
    }

    /** Whether the next region is being written, and a piece of it can be formed without waiting for the device. */
    boolean canWritePiece() {
        if (next == null) {
            return false;
        }
        log.poll();
        return next.canGoOn();
    }

    /**
     * Begins the next region, or writes a piece of it, or completes it.
     *
     * @param group a group that says only what may be issued
     * @throws RuntimeException of any kind, or Error: then it is not known which of the two regions counts, and both
     *     are given up
     */
    void writePiece(Group group) {
        boolean known = false;
        try {
            if (writePieceOf(group)) {
                completeNext(group);
            }
            known = true;
        } finally {
            if (!known) {
                giveUpFailedZones();
                giveRegionUp();
            }
        }
    }

    /** Writes a piece of the next region; returns whether nothing is left to do but to complete it. */
    private boolean writePieceOf(Group group) {
        try {
            if (next == null) {
                if (!logZones.emptyOne()) {
                    beginNextBeside(group);
                }
                return false;
            }
            next.region().writes().requireSound();
            if (!next.isWhole()) {
                next.writePiece(region.blocksLeft() >= next.region().blocksLeft() / BLOCKS_FOR_A_GROUP);
            } else {
                next.region().requireRoom(BLOCKS_OF_AN_END);
                return true;
            }
        } catch (DeviceException e) {
            // The next region has no end yet, so that it does not count.
            dropNext(e);
        }
        return false;
    }

    private void dropNext(DeviceException reason) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "the next part of the log of " + device.name() + " can't be written while the present one has room: "
                        + reason.getMessage());
        if (next != null) {
            next.region().writes().abandon();
            logZones.giveUpFailed(next.region().zones());
        }
        next = null;
        mayBeginNext = false;
    }

    private void giveUpFailedZones() {
        if (region != null) {
            logZones.giveUpFailed(region.zones());
        }
        if (next != null) {
            logZones.giveUpFailed(next.region().zones());
        }
    }

    /** Finishes the zone that was written last: it must not count as partly written any more. */
    private void finishOldZone() {
        if (zoneToFinish != ZoneAllocator.NONE) {
            ZoneDescriptor zone = device.report(zoneToFinish);
            if (zone.condition().isActive()) {
                device.finishZone(zoneToFinish);
            }
            zoneToFinish = ZoneAllocator.NONE;
        }
    }
}
