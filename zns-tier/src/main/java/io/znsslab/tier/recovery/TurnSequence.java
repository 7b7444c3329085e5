package io.znsslab.tier.recovery;

import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.ZoneUse;
import io.znsslab.tier.zone.ZoneAllocator;
import io.znsslab.tier.zone.ZoneTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;

/**
 * Writes the log, one turn after another: a group goes to the present turn where it has room, else to a new one.
 *
 * <p>A turn that anything went wrong with, whatever it was, is written to no more: what it holds beyond its last group
 * is of no use, and what would follow might not be told of in full. The next one begins with a checkpoint, and is
 * complete in itself. For one thread at a time; any may ask for the counters.
 */
final class TurnSequence {
    /** Places that a group is tried at before it fails: where it is due, and in two new turns. */
    private static final int ATTEMPTS = 3;

    private final ZonedDevice device;
    private final ZoneTable table;
    private final ZoneAllocator zones;
    private final ColdSlabs slabs;
    private final LogStart start;
    private final LogZones logZones;
    private final StagingBuffers staging;
    private final LongPredicate acknowledged;
    private final Map<Long, Integer> raised;
    private final boolean oneZoneAtATime;
    private final boolean oneLogZoneAtATime;
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicLong turns = new AtomicLong();

    private TurnWriter turn;
    private GroupWriter writer;
    private long turnNumber;
    private int zoneToFinish = ZoneAllocator.NONE;

    /**
     * What a group tells of.
     *
     * @param ids slabs that have changed
     * @param newEpochs epochs whose demotion is acknowledged by it
     * @param bounds of what may be issued once it is durable
     * @param issued what may have been issued then
     * @param raised ids that get a bound of generations of their own by it
     * @param reserves whether any of the three says more than was said before
     * @param closed whether the store is closed by it, in good order
     */
    record Group(
            SlabIds ids,
            List<ColdEpoch> newEpochs,
            Bounds bounds,
            Issued issued,
            Map<Long, Integer> raised,
            boolean reserves,
            boolean closed) {}

    /**
     * @param acknowledged whether an epoch's demotion was acknowledged
     * @param raised ids that have a bound of generations of their own, as was told before
     */
    TurnSequence(
            ZonedDevice device,
            ZoneTable table,
            ZoneAllocator zones,
            ColdSlabs slabs,
            LogStart start,
            StagingBuffers staging,
            LongPredicate acknowledged,
            Map<Long, Integer> raised) {
        this.device = device;
        this.table = table;
        this.zones = zones;
        this.slabs = slabs;
        this.start = start;
        this.staging = staging;
        this.acknowledged = acknowledged;
        this.raised = raised;
        logZones = new LogZones(device, zones, start.superblock().turnZones(), start.members(), start.complete());
        oneZoneAtATime = zones.logZones() == 0;
        oneLogZoneAtATime = zones.logZones() <= 1;
        turnNumber = start.turn();
    }

    /** Bytes written so far. */
    long bytesWritten() {
        return bytesWritten.get();
    }

    /** Turns begun so far. */
    long turns() {
        return turns.get();
    }

    /** Whether the next group goes to a turn that is there already. */
    boolean goesOn() {
        return turn != null;
    }

    /** Has the next group begin a turn, which tells of everything. */
    void giveTurnUp() {
        if (turn != null && turn.lastZone() >= 0) {
            zoneToFinish = turn.lastZone();
        }
        turn = null;
        writer = null;
    }

    /** Before anything is written. */
    void prepareZones() {
        endZonesOfEarlierRuns();
        logZones.takeRoom();
    }

    /**
     * Makes room for the log among the zones that may be partly written. A device that lost the end of zones that were
     * full already has more of data's than there were ever meant to be; ending one changes nothing of what is in it.
     * Where few may be partly written, those of earlier turns must not count among them either.
     */
    private void endZonesOfEarlierRuns() {
        endSurplusZonesOfData();
        if (!oneLogZoneAtATime) {
            return;
        }
        for (int zone : start.members()) {
            if (device.report(zone).condition().isActive()) {
                if (start.complete().contains(zone)) {
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
            boolean goesOn = table.use(zone.index()) == ZoneUse.OPEN;
            if (surplus > 0 && !goesOn) {
                device.finishZone(zone.index());
                surplus--;
            }
        }
    }

    /**
     * Makes a group durable, wherever that is possible.
     *
     * @throws DeviceException when it is not. Then, and after anything else that this throws, the next group begins a
     *     new turn
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
                if (turn != null) {
                    logZones.giveUpFailed(turn.zones());
                }
                failure = failure == null ? e : failure;
            } finally {
                if (!written) {
                    giveTurnUp();
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
            long bytesBefore = turn == null ? 0 : turn.bytesWritten();
            boolean goesOn = turn != null && turn.blocksLeft() >= writer.mostBlocks(group) + 1;
            if (goesOn) {
                writer.failedZones();
                for (int i = 0; i < group.ids.size(); i++) {
                    writer.slab(group.ids.get(i));
                }
                group.newEpochs.forEach(writer::acknowledge);
                writer.reserved(group);
            } else {
                beginTurn(group);
            }
            if (group.closed) {
                writer.closed();
            }
            turn.force();
            if (group.closed || !goesOn || group.reserves) {
                // A turn that nobody vouches for looks like one that the power cut short, and the one before would
                // count instead; as would a group by which more was reserved.
                turn.vouch();
            }
            bytesWritten.addAndGet(turn.bytesWritten() - (goesOn ? bytesBefore : 0));
            logZones.completed(turn.zones());
            if (oneZoneAtATime) {
                giveTurnUp();
                finishOldZone();
            }
        } finally {
            if (oneZoneAtATime) {
                zones.returnTokenOfLog();
            }
        }
    }

    /** A checkpoint of everything, in other zones than those of the last complete turn. */
    private void beginTurn(Group group) {
        if (turn != null) {
            giveTurnUp();
        }
        if (oneLogZoneAtATime) {
            finishOldZone();
        }
        List<ZoneDescriptor> chosen = logZones.forNextTurn();
        turnNumber++;
        turns.incrementAndGet();
        turn = new TurnWriter(device, start.superblock(), turnNumber, chosen, staging);
        writer = new GroupWriter(turn, slabs, table, acknowledged);
        writer.checkpoint(group, raised);
    }

    /** The zone that was written last must not count as partly written any more. */
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
