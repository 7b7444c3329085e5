package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.SuperblockLayout;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives up the store on a device for a new one, so that at no moment a part of the old store could answer. First the
 * new store's superblock, whose opening has the highest number of all, becomes durable in a zone that the old store can
 * do without; from there on the old store counts no more, also where its zones can't be reset. Only then is everything
 * reset. A power cut leaves the old store whole, or the new one, which the next opening takes into use.
 */
public final class FormerStore {
    private final ZonedDevice device;
    private final ZoneStarts starts;

    /** @param starts what the zones begin with on a device that has a store */
    public FormerStore(ZonedDevice device, ZoneStarts starts) {
        this.device = device;
        this.starts = starts;
    }

    /**
     * Replaces the store on the device by a new one.
     *
     * @param superblock the superblock of the new store
     * @param zones all zones of the device, those beyond what a store can address included
     * @return the zone with the new store's first superblock, which must stay until a region of that store's log is
     *     complete
     * @throws DeviceException when no zone can be written, or one that is sound can't be reset
     */
    public int replaceBy(Superblock superblock, List<ZoneDescriptor> zones) {
        int marked = mark(superblock.at(0, 0));
        for (ZoneDescriptor zone : zones) {
            if (zone.index() != marked && zone.type() == ZoneType.SEQUENTIAL && holdsData(zone)) {
                reset(zone.index());
            }
        }
        return marked;
    }

    /** Resets a zone. A zone that fails by that keeps what it holds, which counts no more. */
    private void reset(int zone) {
        try {
            device.resetZone(zone);
        } catch (DeviceException e) {
            ZoneCondition now = device.report(zone).condition();
            if (now != ZoneCondition.READ_ONLY && now != ZoneCondition.OFFLINE) {
                throw e;
            }
        }
    }

    private static boolean holdsData(ZoneDescriptor zone) {
        return zone.condition().isActive() || zone.condition() == ZoneCondition.FULL;
    }

    private int mark(Superblock superblock) {
        DeviceException failure = null;
        for (ZoneDescriptor zone : candidates()) {
            try {
                if (holdsData(zone)) {
                    device.resetZone(zone.index());
                }
                write(superblock, zone);
                return zone.index();
            } catch (DeviceException e) {
                failure = failure == null ? e : failure;
            }
        }
        throw failure != null
                ? failure
                : new DeviceException(
                        DeviceException.Problem.ZONE_FAULT,
                        "device " + device.name() + " can't be formatted: none of its zones can be written");
    }

    /**
     * Zones for the first superblock, those first that the old store does not need: empty zones, unless too many are
     * partly written already, then zones of older regions of the old store's log.
     */
    private List<ZoneDescriptor> candidates() {
        List<ZoneDescriptor> all = new ArrayList<>();
        for (ZoneDescriptor zone : starts.zones()) {
            if (zone.type() == ZoneType.SEQUENTIAL && zone.condition() == ZoneCondition.EMPTY) {
                all.add(zone);
            }
        }
        all.addAll(starts.logZonesByAge());
        for (ZoneDescriptor zone : starts.zones()) {
            if (zone.type() == ZoneType.SEQUENTIAL && holdsData(zone) && !all.contains(zone)) {
                all.add(zone);
            }
        }
        return all;
    }

    private void write(Superblock superblock, ZoneDescriptor zone) {
        try (StagingBuffers buffers = new StagingBuffers(1, LogGeometry.PAIR_BYTES)) {
            MemorySegment pair = buffers.buffer(0);
            long location = zone.startBytes() / SealedBlock.LOCATION_BYTES;
            new SuperblockLayout().seal(buffers.view(0), 0, location, superblock);
            MemorySegment.copy(pair, 0, pair, SuperblockLayout.BLOCK_BYTES, SuperblockLayout.BLOCK_BYTES);
            device.write(zone.startBytes(), pair);
            device.flush();
        }
    }
}
