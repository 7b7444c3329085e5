package io.znsslab.tier.recovery;

import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.LogRecordLayout;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import java.util.BitSet;
import java.util.List;

/**
 * Compares what the log says with what the device's zones say of themselves: zones whose contents are not known, and
 * slabs that can't be where the log says. For one thread.
 *
 * @param found what the log says; slabs that can't be there are forgotten
 * @param logZones the zones that hold the log
 */
record FoundDoubts(
        ZonedDevice device, ZoneStarts starts, RecoveredSlabs found, DeviceIdentity identity, BitSet logZones) {
    private List<ZoneDescriptor> zones() {
        return starts.zones();
    }

    /** Reports zones that may hold a part of the log, for all that is known. */
    void checkZones(LossList losses) {
        for (ZoneDescriptor zone : zones()) {
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

    /** Reports zones that hold a part of the log since the region that counts, and have lost their superblocks. */
    void checkNamelessZones(Superblock counting, LossList losses) {
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

    /** Reports slabs that can't be where the log says they are. */
    void checkSlabs(LossList losses) {
        String[] doubts = new String[zones().size()];
        for (int zone = 0; zone < doubts.length; zone++) {
            doubts[zone] = reasonToDoubtZone(zone);
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
    private String reasonToDoubtZone(int zone) {
        if (zones().get(zone).type() != ZoneType.SEQUENTIAL || logZones.get(zone)) {
            return "the log names a location that can't hold a slab";
        }
        if (found.incarnations[zone] == 0) {
            return "the log contradicts itself";
        }
        if (zones().get(zone).condition() == ZoneCondition.OFFLINE) {
            return "the zone is offline";
        }
        long incarnation = starts.incarnation(zone, identity);
        return incarnation != 0 && incarnation != found.incarnations[zone]
                ? "the zone was reset and written anew"
                : null;
    }

    /** Why a slab can't be where the log says it is; null when it can. */
    private String reasonToDoubt(int index, String[] doubts) {
        int zone = zoneOf(index);
        if (zone >= zones().size()) {
            return "the log names a location that can't hold a slab";
        }
        if (doubts[zone] != null) {
            return doubts[zone];
        }
        // The class after the size classes is that of packed slabs.
        if (LogRecordLayout.sizeClass(found.factsOf(index)) > found.slotBytes.length) {
            return "the log contradicts itself";
        }
        ZoneDescriptor descriptor = zones().get(zone);
        long end = found.location(index) * SealedBlock.LOCATION_BYTES + found.slabBytes;
        boolean pointerCounts = descriptor.condition() != ZoneCondition.READ_ONLY;
        return pointerCounts && end > descriptor.writePointerBytes()
                ? "the zone was reset, or lost what was durable: it is written up to " + descriptor.writePointerBytes()
                        + " only"
                : null;
    }
}
