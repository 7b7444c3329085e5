package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.zone.ZoneAllocator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The zones that the log has for its regions. The log never touches the zones of the last complete region; it replaces
 * a zone that fails by a data zone. For one thread.
 */
final class LogZones {
    private static final System.Logger LOGGER = System.getLogger(LogZones.class.getName());

    private final ZonedDevice device;
    private final ZoneAllocator zones;
    private int regionZones;
    private final BitSet members = new BitSet();
    private final BitSet ofCompleteRegion = new BitSet();

    /**
     * @param members all zones that the log has
     * @param complete those members that hold the last complete region
     */
    LogZones(ZonedDevice device, ZoneAllocator zones, int regionZones, List<Integer> members, List<Integer> complete) {
        this.device = device;
        this.zones = zones;
        this.regionZones = regionZones;
        members.forEach(this.members::set);
        complete.forEach(ofCompleteRegion::set);
    }

    /**
     * Takes room for all zones that the log has: later there may be none left, and an opening must write to the log.
     *
     * @throws DeviceException when there is no room for a log of which nothing is written yet
     */
    void preallocate() {
        for (int zone = members.nextSetBit(0); zone >= 0; zone = members.nextSetBit(zone + 1)) {
            try {
                device.preallocate(zone);
            } catch (DeviceException e) {
                if (ofCompleteRegion.isEmpty()) {
                    throw e;
                }
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "there is no room for a zone of the log of " + device.name() + " any more: " + e.getMessage());
            }
        }
    }

    /**
     * Empties one of the zones that the next region will have: emptying them all takes long. Returns false if all are
     * empty.
     */
    boolean emptyOne() {
        int looked = 0;
        for (int zone = members.nextSetBit(0); zone >= 0 && looked < regionZones; zone = members.nextSetBit(zone + 1)) {
            if (!ofCompleteRegion.get(zone)) {
                looked++;
                if (device.report(zone).condition() != ZoneCondition.EMPTY) {
                    // Empties the zone, or gives it up.
                    addEmptied(zone, new ArrayList<>());
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Empty zones for the next region.
     *
     * @param wanted how many zones a region may have from now on; it gets fewer where the device has no more
     */
    List<ZoneDescriptor> forNextRegion(int wanted) {
        regionZones = wanted;
        List<ZoneDescriptor> chosen = new ArrayList<>();
        for (int zone = members.nextSetBit(0);
                zone >= 0 && chosen.size() < regionZones;
                zone = members.nextSetBit(zone + 1)) {
            if (!ofCompleteRegion.get(zone)) {
                addEmptied(zone, chosen);
            }
        }
        while (chosen.size() < regionZones) {
            int replacement = zones.takeForLog(chosen.isEmpty());
            if (replacement == ZoneAllocator.NONE) {
                break;
            }
            members.set(replacement);
            addEmptied(replacement, chosen);
        }
        if (chosen.isEmpty()) {
            throw new DeviceException(
                    Problem.ZONE_FAULT,
                    "the log of " + device.name()
                            + " can't be written: its zones have failed, and no empty one is left to replace them");
        }
        return chosen;
    }

    /**
     * The zones that a region goes on in: the zones that it has, and as many more as a region may have.
     *
     * @param begun the zones that the region has
     * @param others the zones of the region after that one
     */
    List<ZoneDescriptor> goingOn(List<ZoneDescriptor> begun, List<ZoneDescriptor> others) {
        BitSet taken = new BitSet();
        begun.forEach(zone -> taken.set(zone.index()));
        others.forEach(zone -> taken.set(zone.index()));
        List<ZoneDescriptor> all = new ArrayList<>(begun);
        for (int zone = members.nextSetBit(0);
                zone >= 0 && all.size() < regionZones;
                zone = members.nextSetBit(zone + 1)) {
            if (!taken.get(zone)) {
                addEmptied(zone, all);
            }
        }
        return all;
    }

    private void addEmptied(int zone, List<ZoneDescriptor> to) {
        ZoneDescriptor found = device.report(zone);
        boolean failed = found.condition() == ZoneCondition.READ_ONLY || found.condition() == ZoneCondition.OFFLINE;
        if (!failed && found.condition() != ZoneCondition.EMPTY) {
            try {
                device.resetZone(zone);
            } catch (DeviceException e) {
                if (e.problem() != Problem.ZONE_FAULT) {
                    throw e;
                }
                failed = true;
            }
        }
        if (failed) {
            members.clear(zone);
            zones.giveUp(zone);
        } else {
            to.add(new ZoneDescriptor(
                    zone,
                    found.type(),
                    ZoneCondition.EMPTY,
                    found.startBytes(),
                    found.capacityBytes(),
                    found.startBytes()));
        }
    }

    /**
     * Looks which zones of a region that could not be written have failed: the next region records them. What they hold
     * of a region that still counts is not touched.
     */
    void giveUpFailed(List<ZoneDescriptor> region) {
        for (ZoneDescriptor zone : region) {
            if (members.get(zone.index()) && hasFailed(zone.index())) {
                members.clear(zone.index());
                zones.giveUp(zone.index());
            }
        }
    }

    private boolean hasFailed(int zone) {
        try {
            ZoneCondition condition = device.report(zone).condition();
            return condition == ZoneCondition.READ_ONLY || condition == ZoneCondition.OFFLINE;
        } catch (DeviceException e) {
            // Then the log looks at the zone when its turn comes again.
            return false;
        }
    }

    /** Notes that the region in those zones is complete now: it counts, and no other region does. */
    void completed(List<ZoneDescriptor> region) {
        ofCompleteRegion.clear();
        region.forEach(zone -> ofCompleteRegion.set(zone.index()));
    }

    /** Whether the log has that zone. */
    boolean has(int zone) {
        return members.get(zone);
    }
}
