package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.SuperblockLayout;
import java.time.Instant;
import java.util.List;

/** The two zones of superblocks. Not thread-safe; used while a device is opened. */
public final class MetadataLog {
    private static final int BLOCK = SuperblockLayout.BLOCK_BYTES;

    private final ZonedDevice device;
    private final SuperblockLayout layout = new SuperblockLayout();

    /** For superblocks on one device. */
    public MetadataLog(ZonedDevice device) {
        this.device = device;
    }

    /**
     * Looks for the newest superblock. Writes nothing.
     *
     * @param zones the device's report
     * @return null when there is none
     */
    public Superblock newest(List<ZoneDescriptor> zones) {
        Superblock newest = null;
        for (ZoneDescriptor zone : zones) {
            boolean candidate = zone.type() == ZoneType.SEQUENTIAL && zone.condition() != ZoneCondition.OFFLINE;
            if (!candidate) {
                continue;
            }
            Superblock found = newestIn(zone);
            if (found != null && (newest == null || found.opening() > newest.opening())) {
                newest = found;
            }
            boolean bothSeen = newest != null && zone.index() >= newest.secondMetadataZone();
            if (bothSeen) {
                break;
            }
        }
        return newest;
    }

    /** The last valid superblock of a zone: superblocks are only ever appended. */
    private Superblock newestIn(ZoneDescriptor zone) {
        if (zone.writtenBytes() < BLOCK) {
            return null;
        }
        try (StagingBuffers buffers = new StagingBuffers(1, BLOCK)) {
            // A zone that does not start with a superblock holds none: saves reading all of a data zone.
            if (readAt(buffers, zone.startBytes()) == null) {
                return null;
            }
            long last = zone.startBytes() + (zone.writtenBytes() / BLOCK - 1) * BLOCK;
            for (long offset = last; offset >= zone.startBytes(); offset -= BLOCK) {
                Superblock superblock = readAt(buffers, offset);
                if (superblock != null) {
                    return superblock;
                }
            }
            return null;
        }
    }

    private Superblock readAt(StagingBuffers buffers, long offset) {
        device.read(offset, buffers.buffer(0));
        boolean valid = layout.check(buffers.view(0), 0, offset / SealedBlock.LOCATION_BYTES) == null;
        return valid ? layout.read(buffers.view(0), 0) : null;
    }

    /**
     * Formats a device whose sequential zones are all empty, as far as they can be used.
     *
     * @return the first superblock, not yet written
     */
    public Superblock format(List<ZoneDescriptor> zones, int slabBytes) {
        List<Integer> usable = zones.stream()
                .filter(zone -> zone.type() == ZoneType.SEQUENTIAL && zone.condition() == ZoneCondition.EMPTY)
                .map(ZoneDescriptor::index)
                .toList();
        if (usable.size() < 3) {
            throw new DeviceException(
                    Problem.OUT_OF_RANGE,
                    "device " + device.name() + " can't be formatted: it has " + usable.size()
                            + " usable sequential zones, and 3 are the least (2 for superblocks, 1 for data)");
        }
        DeviceGeometry geometry = device.geometry();
        return new Superblock(
                DeviceIdentity.random(),
                1,
                geometry.zoneBytes(),
                geometry.zoneCount(),
                geometry.blockBytes(),
                slabBytes,
                usable.get(0),
                usable.get(1),
                Instant.now().getEpochSecond());
    }

    /** Refuses a superblock of a device that has changed its shape since. */
    public void requireSameShape(Superblock superblock) {
        DeviceGeometry geometry = device.geometry();
        boolean same = superblock.zoneBytes() == geometry.zoneBytes()
                && superblock.zoneCount() == geometry.zoneCount()
                && superblock.blockBytes() == geometry.blockBytes();
        if (!same) {
            throw new DeviceException(
                    Problem.FOREIGN,
                    "device " + device.name() + " was formatted with " + superblock.zoneCount() + " zones of "
                            + superblock.zoneBytes()
                            + " bytes and blocks of " + superblock.blockBytes() + "; now it has " + geometry.zoneCount()
                            + " of "
                            + geometry.zoneBytes() + " and blocks of " + geometry.blockBytes()
                            + ": the data on it can't be found any more; use force to format it anew");
        }
    }

    /** Writes a superblock and makes it durable. */
    public void append(Superblock superblock) {
        ZoneDescriptor target = target(superblock);
        try (StagingBuffers buffers = new StagingBuffers(1, BLOCK)) {
            long offset = target.writePointerBytes();
            layout.seal(buffers.view(0), 0, offset / SealedBlock.LOCATION_BYTES, superblock);
            device.write(offset, buffers.buffer(0));
            device.flush();
        }
        if (device.geometry().writableZones() == 1) {
            device.finishZone(target.index());
        }
    }

    /** The zone with room for the next superblock. The other one is reset only when the one in use is full. */
    private ZoneDescriptor target(Superblock superblock) {
        ZoneDescriptor first = device.report(superblock.firstMetadataZone());
        ZoneDescriptor second = device.report(superblock.secondMetadataZone());
        if (hasRoom(first) && first.condition() != ZoneCondition.EMPTY) {
            return first;
        }
        if (hasRoom(second) && second.condition() != ZoneCondition.EMPTY) {
            return second;
        }
        if (first.condition() == ZoneCondition.EMPTY) {
            return first;
        }
        if (second.condition() == ZoneCondition.EMPTY) {
            return second;
        }
        // Both are full: the one whose superblocks are older makes room.
        Superblock inFirst = newestIn(first);
        Superblock inSecond = newestIn(second);
        boolean firstIsOlder = inFirst == null || (inSecond != null && inFirst.opening() < inSecond.opening());
        int older = firstIsOlder ? first.index() : second.index();
        device.resetZone(older);
        return device.report(older);
    }

    private static boolean hasRoom(ZoneDescriptor zone) {
        return zone.condition().isWritable() && zone.endBytes() - zone.writePointerBytes() >= BLOCK;
    }
}
