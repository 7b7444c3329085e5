package io.znsslab.tier.device;

import io.znsslab.bindings.ZbdInfo;
import io.znsslab.bindings.ZoneReport;
import io.znsslab.tier.device.DeviceException.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * A device's zones as the kernel reports them, checked against what the specifications allow before any other code
 * computes with them: ZBC (INCITS 536), ZAC (INCITS 537) and the NVMe ZNS command set, and what Linux' block layer and
 * libzbd demand beyond ({@code block/blk-zoned.c}, {@code blk_revalidate_disk_zones}). Touches memory only; immutable.
 *
 * <p>Guarantees for all that it returns: zone <i>i</i> starts at <i>i</i> times the zone size; its write pointer is
 * within its capacity and that within its length; all are whole blocks; its condition is one of its type. Anything else
 * is a {@link Problem#INVALID_REPORT}. The following is valid:
 *
 * <ul>
 *   <li>a last zone that is shorter (ZBC and ZAC): it is left out, so that all zones are alike;
 *   <li>conventional zones anywhere, also read-only or offline ones;
 *   <li>capacities that differ from zone to zone (ZNS), and none at all in a zone that is offline;
 *   <li>a closed or open zone without data, and any write pointer where it means nothing;
 *   <li>zones that merely prefer sequential writes, which this tier writes sequentially.
 * </ul>
 */
final class ReportedZones {
    /** More zones than any device has; bounds the memory of a report to 64 MiB. */
    static final int MOST_ZONES = 1 << 20;

    private final String device;
    private final ZbdInfo info;
    private final int wholeZones;

    /** @throws DeviceException when the device can't have that shape */
    ReportedZones(String device, ZbdInfo info) {
        this.device = device;
        this.info = info;
        int block = info.logicalBlockBytes();
        long zone = info.zoneBytes();
        require(
                block >= 512 && block <= 4096 && Integer.bitCount(block) == 1,
                () -> "its blocks have " + block + " bytes, which must be 512, 1,024, 2,048 or 4,096");
        require(
                zone >= block && Long.bitCount(zone) == 1,
                () -> "its zones have " + zone + " bytes, which must be a power of two and at least a block of "
                        + block);
        require(
                info.zones() > 0 && info.zones() <= MOST_ZONES,
                () -> "it has " + Integer.toUnsignedString(info.zones()) + " zones, which must be 1 to " + MOST_ZONES);
        require(
                info.bytes() > 0 && info.bytes() % block == 0 && (info.bytes() - 1) / zone + 1 == info.zones(),
                () -> "its " + Long.toUnsignedString(info.bytes()) + " bytes are not the " + info.zones() + " zones of "
                        + zone + " bytes that it has");
        wholeZones = (int) (info.bytes() / zone);
        require(wholeZones > 0, () -> "zone 0 is shorter than a zone, and there is no other");
    }

    /** Number of zones, without a shorter last one. */
    int count() {
        return wholeZones;
    }

    /**
     * Reads a report.
     *
     * @param first zone that was asked for
     * @param count zones that were asked for
     * @throws DeviceException when there can be no such zones, naming the first of them
     */
    List<ZoneDescriptor> read(ZoneReport report, int first, int count) {
        require(
                report.count() == count,
                () -> "it lists " + report.count() + " zones from zone " + first + " on instead of " + count);
        List<ZoneDescriptor> found = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            found.add(zone(report, i, first + i));
        }
        return found;
    }

    private ZoneDescriptor zone(ZoneReport report, int i, int zone) {
        long start = zone * info.zoneBytes();
        require(
                report.start(i) == start,
                () -> "zone " + zone + " starts at " + Long.toUnsignedString(report.start(i)) + " instead of " + start);
        require(
                report.length(i) == info.zoneBytes(),
                () -> "zone " + zone + " has " + Long.toUnsignedString(report.length(i)) + " bytes instead of "
                        + info.zoneBytes());
        ZoneType type = type(report, i, zone);
        ZoneCondition condition = condition(report, i, zone);
        boolean fits = type == ZoneType.SEQUENTIAL
                ? condition != ZoneCondition.NOT_WRITE_POINTER
                : condition == ZoneCondition.NOT_WRITE_POINTER
                        || condition == ZoneCondition.READ_ONLY
                        || condition == ZoneCondition.OFFLINE;
        require(fits, () -> "zone " + zone + " is " + type + " and " + condition + " at the same time");
        long capacity = report.writableBytes(i);
        long least = condition == ZoneCondition.OFFLINE ? 0 : 1;
        require(
                capacity >= least && capacity <= info.zoneBytes() && capacity % info.logicalBlockBytes() == 0,
                () -> "zone " + zone + " has a capacity of " + Long.toUnsignedString(capacity)
                        + " bytes, which must be whole blocks of " + info.logicalBlockBytes() + " and at most its "
                        + info.zoneBytes());
        return new ZoneDescriptor(
                zone,
                type,
                condition,
                start,
                capacity,
                writePointer(report.writePointer(i), zone, condition, start, start + capacity));
    }

    /** The checked write pointer. Where it means nothing, drivers report any value, null_blk for one -512. */
    private long writePointer(long reported, int zone, ZoneCondition condition, long start, long end) {
        return switch (condition) {
            case OFFLINE -> start;
            case NOT_WRITE_POINTER, FULL, READ_ONLY -> end;
            case EMPTY -> {
                require(
                        reported == start,
                        () -> "zone " + zone + " is EMPTY, and its write pointer is at "
                                + Long.toUnsignedString(reported) + " instead of its start, " + start);
                yield reported;
            }
            case IMPLICIT_OPEN, EXPLICIT_OPEN, CLOSED -> {
                require(
                        reported >= start && reported <= end && reported % info.logicalBlockBytes() == 0,
                        () -> "zone " + zone + " has its write pointer at " + Long.toUnsignedString(reported)
                                + ", which must be whole blocks of " + info.logicalBlockBytes()
                                + " between its start, " + start + ", and the end of its capacity, " + end);
                yield reported;
            }
        };
    }

    private ZoneType type(ZoneReport report, int i, int zone) {
        if (report.isConventional(i)) {
            return ZoneType.CONVENTIONAL;
        }
        require(
                report.isSequentialWriteRequired(i) || report.isSequentialWritePreferred(i),
                () -> "zone " + zone + " is of type " + Integer.toUnsignedString(report.type(i))
                        + ", which is unknown");
        return ZoneType.SEQUENTIAL;
    }

    private ZoneCondition condition(ZoneReport report, int i, int zone) {
        if (report.hasNoWritePointer(i)) {
            return ZoneCondition.NOT_WRITE_POINTER;
        } else if (report.isEmpty(i)) {
            return ZoneCondition.EMPTY;
        } else if (report.isImplicitlyOpen(i)) {
            return ZoneCondition.IMPLICIT_OPEN;
        } else if (report.isExplicitlyOpen(i)) {
            return ZoneCondition.EXPLICIT_OPEN;
        } else if (report.isClosed(i)) {
            return ZoneCondition.CLOSED;
        } else if (report.isFull(i)) {
            return ZoneCondition.FULL;
        } else if (report.isReadOnly(i)) {
            return ZoneCondition.READ_ONLY;
        }
        require(
                report.isOffline(i),
                () -> "zone " + zone + " is in condition " + Integer.toUnsignedString(report.condition(i))
                        + ", which is unknown");
        return ZoneCondition.OFFLINE;
    }

    /**
     * The shape of the device.
     *
     * @param zones all zones of the device
     */
    DeviceGeometry geometry(List<ZoneDescriptor> zones, int maxTransferBytes) {
        int conventional = 0;
        long capacity = 0;
        for (ZoneDescriptor zone : zones) {
            if (zone.type() == ZoneType.CONVENTIONAL) {
                conventional++;
            } else if (capacity == 0 && zone.condition() != ZoneCondition.OFFLINE) {
                capacity = zone.capacityBytes();
            }
        }
        return new DeviceGeometry(
                info.zoneBytes(),
                capacity == 0 ? info.zoneBytes() : capacity,
                wholeZones,
                conventional,
                new ZoneLimits(limit(info.maxOpenZones()), limit(info.maxActiveZones())),
                new TransferSizes(info.logicalBlockBytes(), maxTransferBytes));
    }

    /** libzbd says -1 for a limit that is not known, as ZBC does; the device then tells by refusing. */
    private static int limit(int reported) {
        return Math.max(0, reported);
    }

    private interface Reason {
        String text();
    }

    private void require(boolean holds, Reason reason) {
        if (!holds) {
            throw new DeviceException(
                    Problem.INVALID_REPORT,
                    device + " reports zones that can't be: " + reason.text()
                            + "; its driver or firmware is at fault, see `blkzone report " + device + "`");
        }
    }
}
