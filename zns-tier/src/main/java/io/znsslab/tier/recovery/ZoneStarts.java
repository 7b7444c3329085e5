package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.StagingBuffers;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.DeviceIdentity;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.format.SuperblockLayout;
import io.znsslab.tier.format.ZoneHeaderLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the first blocks of a device's zones say: which zones hold the log, which hold data, and in which life. Writes nothing. */
public final class ZoneStarts {
    private static final int BLOCK = SealedBlock.LOCATION_BYTES;

    private final ZonedDevice device;
    private final List<ZoneDescriptor> zones;
    private final List<LogZone> logZones = new ArrayList<>();
    private final long[] lives;
    private final DeviceIdentity[] owners;
    private final List<Integer> unreadable = new ArrayList<>();

    /** A zone that begins with a superblock. */
    record LogZone(ZoneDescriptor zone, Superblock superblock) {}

    /** Reads them. */
    public ZoneStarts(ZonedDevice device, List<ZoneDescriptor> zones) {
        this.device = device;
        this.zones = zones;
        lives = new long[zones.size()];
        owners = new DeviceIdentity[zones.size()];
        SuperblockLayout superblocks = new SuperblockLayout();
        try (StagingBuffers buffers = new StagingBuffers(1, 2 * BLOCK)) {
            for (ZoneDescriptor zone : zones) {
                boolean readable = zone.type() == ZoneType.SEQUENTIAL
                        && zone.condition() != ZoneCondition.OFFLINE
                        && zone.condition() != ZoneCondition.EMPTY;
                if (readable) {
                    look(zone, buffers, superblocks);
                }
            }
        }
    }

    private void look(ZoneDescriptor zone, StagingBuffers buffers, SuperblockLayout superblocks) {
        long location = zone.startBytes() / BLOCK;
        boolean known = false;
        for (int copy = 0; copy < 2; copy++) {
            if (!read(zone.startBytes() + (long) copy * BLOCK, buffers)) {
                continue;
            }
            known = true;
            if (superblocks.check(buffers.view(0), 0, location) == null) {
                logZones.add(new LogZone(zone, superblocks.read(buffers.view(0), 0)));
                return;
            }
            DeviceIdentity owner =
                    copy == 0 ? ZoneHeaderLayout.ownerOf(buffers.view(0), 0, location, zone.index()) : null;
            if (owner != null) {
                owners[zone.index()] = owner;
                lives[zone.index()] = ZoneHeaderLayout.life(buffers.view(0), 0);
                return;
            }
        }
        if (!known) {
            unreadable.add(zone.index());
        }
    }

    private boolean read(long offset, StagingBuffers buffers) {
        try {
            device.read(offset, buffers.buffer(0).asSlice(0, BLOCK));
            return true;
        } catch (DeviceException e) {
            if (e.problem() == DeviceException.Problem.BEYOND_WRITE_POINTER) {
                // Nothing was written there, which is an answer.
                buffers.buffer(0).fill((byte) 0);
                return true;
            }
            return false;
        }
    }

    /** The superblock of the newest turn that anything was written of; null when the device is not ours. */
    public Superblock newest() {
        return logZones.stream()
                .map(LogZone::superblock)
                .max(Comparator.comparingLong(Superblock::formattedAtSeconds).thenComparingLong(Superblock::turn))
                .orElse(null);
    }

    /**
     * Whether the first opening is all there was, and no zone says that it holds data: if no turn of the log is complete then, formatting was cut short, and nothing was ever there. Zones of the log may have lost their
     * first blocks with the power.
     */
    boolean isFirstOpeningWithoutData() {
        boolean first = newest().opening() == 1 && unreadable.isEmpty();
        for (ZoneDescriptor zone : zones) {
            first &= owners[zone.index()] == null && zone.condition() != ZoneCondition.OFFLINE;
        }
        return first;
    }

    /** All zones of the device. */
    List<ZoneDescriptor> zones() {
        return zones;
    }

    /** Zones of the log of that device. */
    List<LogZone> logZones(DeviceIdentity of) {
        return logZones.stream()
                .filter(zone -> zone.superblock().device().equals(of))
                .toList();
    }

    /** The life in which a zone of data says it is; 0 where that is not known. */
    long life(int zone, DeviceIdentity of) {
        return of.equals(owners[zone]) ? lives[zone] : 0;
    }

    /** Zones of which not even the first blocks can be read. */
    List<Integer> unreadable() {
        return unreadable;
    }
}
