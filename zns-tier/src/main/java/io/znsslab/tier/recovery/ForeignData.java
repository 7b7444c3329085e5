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
import java.util.Optional;

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
     * Foreign data on a device.
     *
     * @param what it is, as far as that is known, such as "an XFS file system"
     * @param zone the first zone that holds it
     */
    public record Found(String what, ZoneDescriptor zone) {}

    /**
     * Refuses a device that holds foreign data.
     *
     * @param zones the device's report
     * @throws DeviceException {@link Problem#FOREIGN}, saying what is there, as far as that is known
     */
    public static void refuse(ZonedDevice device, List<ZoneDescriptor> zones) {
        find(device, zones).ifPresent(found -> {
            throw new DeviceException(
                    Problem.FOREIGN,
                    "device " + device.name() + " holds " + found.what() + " (zone "
                            + found.zone().index() + " is " + found.zone().condition()
                            + "); use force to destroy it and format the device");
        });
    }

    /**
     * Finds the first foreign data of a device.
     *
     * @param zones the device's report
     */
    public static Optional<Found> find(ZonedDevice device, List<ZoneDescriptor> zones) {
        try (StagingBuffers buffers = new StagingBuffers(1, REACH)) {
            ForeignData data = new ForeignData(device, zones);
            Found found = data.inConventionalZones(buffers.buffer(0));
            return Optional.ofNullable(found != null ? found : data.inSequentialZones(buffers.buffer(0)));
        }
    }

    /** Returns null when there is none. */
    private Found inConventionalZones(MemorySegment buffer) {
        for (ZoneDescriptor zone : zones) {
            if (zone.type() != ZoneType.CONVENTIONAL || zone.condition() == ZoneCondition.OFFLINE) {
                continue;
            }
            MemorySegment part = buffer.asSlice(0, Math.min(REACH, zone.capacityBytes()));
            device.read(zone.startBytes(), part);
            boolean used = !isZero(part);
            String what = what(part);
            if (!used) {
                device.read(zone.endBytes() - part.byteSize(), part);
                used = !isZero(part);
                what = what(part);
            }
            if (used) {
                return new Found(what, zone);
            }
        }
        return null;
    }

    private static String what(MemorySegment part) {
        FilesystemSignature known = FilesystemSignature.in(part);
        return known == null ? "data that is not ours" : known.what();
    }

    private static boolean isZero(MemorySegment part) {
        return part.byteSize() == 0
                || (part.get(ValueLayout.JAVA_BYTE, 0) == 0
                        && MemorySegment.mismatch(part, 1, part.byteSize(), part, 0, part.byteSize() - 1) == -1);
    }

    /** Returns null when there is none. */
    private Found inSequentialZones(MemorySegment buffer) {
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
                return new Found(what(part), zone);
            }
        }
        return null;
    }
}
