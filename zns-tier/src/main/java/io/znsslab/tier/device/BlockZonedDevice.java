package io.znsslab.tier.device;

import io.znsslab.bindings.Errno;
import io.znsslab.bindings.NativeException;
import io.znsslab.bindings.OpenFlag;
import io.znsslab.bindings.ZbdDevice;
import io.znsslab.bindings.ZoneReport;
import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A zoned block device of the kernel, opened exclusively and with direct I/O; zone commands go through libzbd.
 *
 * <p>The kernel and the device themselves refuse wrong requests, mostly with a plain EIO; this class then asks for the
 * zone's state to find the reason. Only reads beyond the write pointer, which devices answer with zeroes, are refused
 * here, by write pointers that this class keeps: no other process can write, unless the device was opened to read it
 * beside one that does.
 */
final class BlockZonedDevice extends KernelDevice {
    /** Stands for an unknown write pointer; reads up to the capacity are let through. */
    private static final long READABLE_TO_CAPACITY = Long.MAX_VALUE;

    private final ZbdDevice zones;
    private final ReportedZones shape;
    private final QueueLimits limits;
    /** How many bytes of each zone can be read. */
    private final AtomicLongArray readable;

    private BlockZonedDevice(
            ZbdDevice zones, ReportedZones shape, List<ZoneDescriptor> found, QueueLimits limits, Access access) {
        super(new ZonedBlockMedium(zones), shape.geometry(found, limits.maxTransferBytes()), access);
        this.zones = zones;
        this.shape = shape;
        this.limits = limits;
        readable = new AtomicLongArray(found.size());
        for (ZoneDescriptor zone : found) {
            readable.set(zone.index(), readableBytes(zone));
        }
    }

    private record ZonedBlockMedium(ZbdDevice zones) implements IoTarget {
        @Override
        public String name() {
            return zones.path().toString();
        }

        @Override
        public int descriptor() {
            return zones.descriptor();
        }

        @Override
        public void close() {
            zones.close();
        }
    }

    /** Opens a zoned block device for this process alone. */
    static BlockZonedDevice open(Path path) {
        try {
            return open(path, Access.READ_WRITE, OpenFlag.READ_WRITE, OpenFlag.EXCLUSIVE, OpenFlag.DIRECT);
        } catch (NativeException e) {
            throw DeviceErrors.opening(path.toString(), e);
        }
    }

    /** Opens a zoned block device to read it, and keeps others from writing it if none does so already. */
    static BlockZonedDevice openReadOnly(Path path) {
        try {
            return open(path, Access.READ_ONLY, OpenFlag.READ_ONLY, OpenFlag.EXCLUSIVE, OpenFlag.DIRECT);
        } catch (NativeException e) {
            if (e.errno() != Errno.EBUSY) {
                throw DeviceErrors.opening(path.toString(), "reading", e);
            }
        }
        try {
            return open(path, Access.READ_SHARED, OpenFlag.READ_ONLY, OpenFlag.DIRECT);
        } catch (NativeException e) {
            throw DeviceErrors.opening(path.toString(), "reading", e);
        }
    }

    private static BlockZonedDevice open(Path path, Access access, OpenFlag... flags) {
        QueueLimits limits = QueueLimits.of(path);
        ZbdDevice zones = ZbdDevice.open(path, flags);
        try {
            ReportedZones shape = new ReportedZones(path.toString(), zones.info());
            return new BlockZonedDevice(zones, shape, report(zones, shape, 0, shape.count()), limits, access);
        } catch (RuntimeException | Error e) {
            zones.close();
            throw e;
        }
    }

    private static List<ZoneDescriptor> report(ZbdDevice device, ReportedZones shape, int first, int count) {
        long zoneBytes = device.info().zoneBytes();
        try (Arena arena = Arena.ofConfined()) {
            ZoneReport report = new ZoneReport(count, arena);
            device.report(first * zoneBytes, count * zoneBytes, report);
            return shape.read(report, first, count);
        } catch (NativeException e) {
            throw DeviceErrors.failed("report of the zones of " + device.path(), e);
        }
    }

    private static long readableBytes(ZoneDescriptor zone) {
        return switch (zone.condition()) {
            case NOT_WRITE_POINTER, READ_ONLY -> READABLE_TO_CAPACITY;
            case OFFLINE -> 0;
            default -> zone.writtenBytes();
        };
    }

    @Override
    public String description() {
        return "zoned block device (" + limits.describe() + ")";
    }

    @Override
    public List<ZoneDescriptor> report() {
        requireOpen();
        return report(zones, shape, 0, shape.count());
    }

    @Override
    public ZoneDescriptor report(int zone) {
        requireZone(zone);
        return report(zones, shape, zone, 1).getFirst();
    }

    @Override
    public void resetZone(int zone) {
        command("reset", zone, zones::resetZones);
    }

    @Override
    public void finishZone(int zone) {
        command("finish", zone, zones::finishZones);
    }

    @Override
    public void openZone(int zone) {
        command("open", zone, zones::openZones);
    }

    @Override
    public void closeZone(int zone) {
        command("close", zone, zones::closeZones);
    }

    private interface ZoneCommand {
        void perform(long offset, long length);
    }

    private void command(String name, int zone, ZoneCommand command) {
        requireWritable(zone);
        try {
            command.perform(geometry().startOf(zone), geometry().zoneBytes());
        } catch (NativeException e) {
            throw explained(name + " of zone " + zone + " of " + name(), zone, e);
        }
        readable.set(zone, readableBytes(report(zone)));
    }

    private DeviceException explained(String attempt, int zone, NativeException e) {
        Problem problem = DeviceErrors.problem(e.errno());
        if (problem != Problem.IO_ERROR) {
            return DeviceErrors.failed(attempt, e);
        }
        ZoneDescriptor now = report(zone);
        String because = " failed (" + e.errnoName() + "): the zone is " + now.condition();
        return switch (now.condition()) {
            case READ_ONLY, OFFLINE -> new DeviceException(Problem.ZONE_FAULT, attempt + because, e);
            case NOT_WRITE_POINTER, FULL, EMPTY -> new DeviceException(Problem.ZONE_CONDITION, attempt + because, e);
            default ->
                new DeviceException(problem, attempt + because + ", which allows it: the device itself failed", e);
        };
    }

    @Override
    @Nullable
    DeviceException refusalIn(int zone, IoRequest candidate) {
        if (candidate.kind() == IoRequest.Kind.WRITE) {
            return null;
        }
        long end = candidate.endBytes() - geometry().startOf(zone);
        if (end <= readable.get(zone)) {
            return null;
        }
        ZoneDescriptor now = report(zone);
        if (now.condition() == ZoneCondition.OFFLINE) {
            return new DeviceException(
                    Problem.ZONE_FAULT, describe(candidate) + " refused: zone " + zone + " is OFFLINE");
        }
        readable.set(zone, readableBytes(now));
        return end <= readable.get(zone)
                ? null
                : new DeviceException(
                        Problem.BEYOND_WRITE_POINTER,
                        describe(candidate) + " refused: it reaches beyond the write pointer of zone " + zone
                                + ", which is at " + now.writePointerBytes());
    }

    @Override
    @Nullable
    DeviceException refusalOfFlush() {
        return null;
    }

    @Override
    public long mediumOffset(long deviceOffsetBytes) {
        return deviceOffsetBytes;
    }

    @Override
    public void succeeded(IoRequest request) {
        if (request.kind() != IoRequest.Kind.WRITE) {
            return;
        }
        int zone = geometry().zoneOf(request.offsetBytes());
        long end = request.endBytes() - geometry().startOf(zone);
        readable.accumulateAndGet(zone, end, Math::max);
    }

    @Override
    public DeviceException failed(IoRequest request, int transferredBytes, int errno) {
        String attempt = describe(request);
        Problem problem = DeviceErrors.problem(errno);
        if (errno == 0 || request.kind() != IoRequest.Kind.WRITE || problem != Problem.IO_ERROR) {
            return DeviceErrors.failed(attempt, errno);
        }
        return explained(request, transferredBytes, errno, attempt);
    }

    /**
     * Finds the reason of a failure: a failed write's errno is EIO whatever happened, and the zone's state says more.
     */
    private DeviceException explained(IoRequest request, int transferredBytes, int errno, String attempt) {
        int zone = geometry().zoneOf(request.offsetBytes());
        ZoneDescriptor now;
        try {
            now = report(zone);
        } catch (DeviceException e) {
            return DeviceErrors.failed(attempt, errno);
        }
        readable.set(zone, readableBytes(now));
        if (now.condition() == ZoneCondition.READ_ONLY || now.condition() == ZoneCondition.OFFLINE) {
            return new DeviceException(
                    Problem.ZONE_FAULT, attempt + " failed: zone " + zone + " is " + now.condition());
        }
        if (now.type() == ZoneType.CONVENTIONAL) {
            return DeviceErrors.failed(attempt, errno);
        }
        if (now.condition() == ZoneCondition.FULL && request.offsetBytes() < now.endBytes()) {
            return new DeviceException(Problem.ZONE_CONDITION, attempt + " failed: zone " + zone + " is FULL");
        }
        if (request.endBytes() > now.endBytes()) {
            return new DeviceException(
                    Problem.OUT_OF_RANGE,
                    attempt + " failed: it passes the capacity of zone " + zone + ", which ends at " + now.endBytes());
        }
        if (request.offsetBytes() + transferredBytes != now.writePointerBytes()) {
            return new DeviceException(
                    Problem.OFF_WRITE_POINTER,
                    attempt + " failed: the write pointer of zone " + zone + " is at " + now.writePointerBytes());
        }
        return DeviceErrors.failed(attempt, errno);
    }

    @Override
    void beforeClose() {
        // This class keeps nothing of its own on the device.
    }
}
