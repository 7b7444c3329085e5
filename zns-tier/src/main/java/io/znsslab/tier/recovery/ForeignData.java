package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.device.ZoneCondition;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Looks at a device without a superblock of this program for data that others keep on it. Writes nothing.
 *
 * <p>A sequential zone that is not empty holds foreign data, whatever is in it but a few blocks of zeroes. Conventional
 * zones have no write pointer that shows whether they are empty. File systems, volume managers and partition tables on
 * them begin at the first zone, and some keep a copy at the end: whatever is not zero in either place is foreign data.
 */
public final class ForeignData {
    private static final int REACH = FilesystemSignature.REACH_BYTES;

    private final ZonedDevice device;
    private final List<ZoneDescriptor> zones;

    private ForeignData(ZonedDevice device, List<ZoneDescriptor> zones) {
        this.device = device;
        this.zones = zones;
    }

    /**
     * Refuses a device that holds foreign data.
     *
     * @param zones the device's report
     * @throws DeviceException {@link Problem#FOREIGN}, saying what is there, as far as that is known
     */
    public static void refuse(ZonedDevice device, List<ZoneDescriptor> zones) {
        try (StagingBuffers buffers = new StagingBuffers(1, REACH)) {
            ForeignData found = new ForeignData(device, zones);
            found.refuseInConventionalZones(buffers.buffer(0));
            found.refuseInSequentialZones(buffers.buffer(0));
        }
    }

    private void refuseInConventionalZones(MemorySegment buffer) {
        for (ZoneDescriptor zone : zones) {
            if (zone.type() != ZoneType.CONVENTIONAL || zone.condition() == ZoneCondition.OFFLINE) {
                continue;
            }
            MemorySegment part = buffer.asSlice(0, Math.min(REACH, zone.capacityBytes()));
            device.read(zone.startBytes(), part);
            refuseUnlessZero(zone, part);
            device.read(zone.endBytes() - part.byteSize(), part);
            refuseUnlessZero(zone, part);
        }
    }

    private void refuseUnlessZero(ZoneDescriptor zone, MemorySegment part) {
        FilesystemSignature known = FilesystemSignature.in(part);
        if (known != null) {
            throw foreign(known.what(), zone);
        }
        if (!isZero(part)) {
            throw foreign("data that is not ours", zone);
        }
    }

    private static boolean isZero(MemorySegment part) {
        return part.byteSize() == 0
                || (part.get(ValueLayout.JAVA_BYTE, 0) == 0
                        && MemorySegment.mismatch(part, 1, part.byteSize(), part, 0, part.byteSize() - 1) == -1);
    }

    private void refuseInSequentialZones(MemorySegment buffer) {
        for (ZoneDescriptor zone : zones) {
            boolean used = zone.type() == ZoneType.SEQUENTIAL
                    && (zone.condition().isActive() || zone.condition() == ZoneCondition.FULL);
            if (used) {
                MemorySegment part = buffer.asSlice(0, Math.min(REACH, zone.writtenBytes()));
                device.read(zone.startBytes(), part);
                if (zone.writtenBytes() <= REACH && isZero(part)) {
                    // A first write that a power cut interrupted may leave blocks that were never filled.
                    continue;
                }
                FilesystemSignature known = FilesystemSignature.in(part);
                throw foreign(known == null ? "data that is not ours" : known.what(), zone);
            }
        }
    }

    private DeviceException foreign(String what, ZoneDescriptor zone) {
        return new DeviceException(
                Problem.FOREIGN,
                "device " + device.name() + " holds " + what + " (zone " + zone.index() + " is " + zone.condition()
                        + "); use force to destroy it and format the device");
    }
}
