package io.znsslab.tier.device;

import io.znsslab.bindings.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that behaves as a zoned device: keeps write pointers, states and limits, and refuses what a device
 * would refuse.
 *
 * <p>Zone commands, flushes and {@link #close} bring the zone table in the file up to date. After a power cut or a
 * kill, a write pointer is where the last of these left it: writes since then were never acknowledged as durable, and
 * are lost, as from a device's volatile cache. If the power fails during a flush, the table may be ahead of the data;
 * the bytes between then read as anything, as after a torn write.
 *
 * <p>The file allocates space on its file system zone by zone, as zones are begun ({@link #preallocate}): a zone that
 * was begun can be written to its end. A reset keeps the file's blocks allocated: the next incarnation of the zone
 * overwrites them in place, at the speed of the disk below.
 */
public final class FileZonedDevice extends KernelDevice {
    /** No device sets a limit here; this is what one io_uring operation may reasonably move. */
    private static final int MAX_TRANSFER_BYTES = 1 << 20;

    private final DeviceFile file;
    private final ZoneStates states;
    private final FileZoneTable table;
    private final long dataOffset;
    private long missingRoomBytes;

    private FileZonedDevice(DeviceFile file, FileHeaders headers, Access access) {
        FileGeometry shape = headers.shape();
        super(file, shape.geometry(MAX_TRANSFER_BYTES), access);
        this.file = file;
        states = new ZoneStates(file.name(), shape);
        dataOffset = FileHeaderLayout.dataOffset(shape.zoneCount());
        table = new FileZoneTable(file, states, headers);
    }

    /**
     * Creates a zoned device file, readable and writable by its owner alone, all zones empty. It allocates space only
     * as it is written; it may be larger than the space left on its file system, see {@link #missingRoomBytes}.
     *
     * @throws DeviceException when something exists at the path already, be it a symbolic link, or the file can't be
     *     created
     * @throws UnsupportedOperationException if this is not x86-64 Linux with glibc
     * @throws IllegalCallerException if the JVM forbids native calls; the message names the option that allows them
     */
    public static FileZonedDevice create(Path path, FileGeometry shape) {
        Objects.requireNonNull(path, "path must not be null");
        Objects.requireNonNull(shape, "shape must not be null");
        Platform.requireSupported();
        return create(path, shape, FileFaults.NONE);
    }

    /** The same with changes that fail. */
    static FileZonedDevice create(Path path, FileGeometry shape, FileFaults faults) {
        DeviceFile file = DeviceFile.createExclusively(path, faults);
        try {
            file.requireBlocks(shape.blockBytes(), true);
            long bytes = FileHeaderLayout.fileBytes(shape, FileHeaderLayout.VERSION);
            long missing = file.roomMissingFor(bytes);
            file.setLength(bytes);
            FileHeaders headers = new FileHeaders(shape, FileHeaderLayout.VERSION, true);
            FileZonedDevice device = new FileZonedDevice(file, headers, Access.READ_WRITE);
            device.missingRoomBytes = missing;
            // The header comes last: a file whose creation was cut short is not taken for a device.
            device.table.writeAll();
            file.flush();
            FileHeaders.write(file, shape);
            file.flushWithDirectory();
            return device;
        } catch (RuntimeException | Error e) {
            file.closeAndDelete();
            throw e;
        }
    }

    /**
     * Opens a zoned device file for this process alone.
     *
     * @throws DeviceException when the file is missing, in use, another user's, or not a zoned device file
     * @throws UnsupportedOperationException if this is not x86-64 Linux with glibc
     * @throws IllegalCallerException if the JVM forbids native calls; the message names the option that allows them
     */
    public static FileZonedDevice open(Path path) {
        Objects.requireNonNull(path, "path must not be null");
        Platform.requireSupported();
        return open(path, FileFaults.NONE);
    }

    /** The same with changes that fail. */
    static FileZonedDevice open(Path path, FileFaults faults) {
        return open(DeviceFile.openExclusively(path).failingAs(faults), Access.READ_WRITE);
    }

    /**
     * Opens a zoned device file to read it: see {@link ZonedDevice#openReadOnly}. The owner does not matter.
     *
     * @throws DeviceException when the file is missing, not readable, or not a zoned device file
     */
    public static FileZonedDevice openReadOnly(Path path) {
        DeviceFile file = DeviceFile.openToRead(Objects.requireNonNull(path, "path must not be null"));
        return open(file, file.isWrittenByOthers() ? Access.READ_SHARED : Access.READ_ONLY);
    }

    private static FileZonedDevice open(DeviceFile file, Access access) {
        try {
            FileHeaders headers = FileHeaders.read(file);
            file.requireBlocks(headers.shape().blockBytes(), false);
            FileZonedDevice device = new FileZonedDevice(file, headers, access);
            device.table.read();
            return device;
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * How many bytes of the file its file system had no space for when {@link #create} made it; 0 when it had space for
     * all, or does not say, and for a file that was opened. Once the space is used up, zones that were not begun before
     * can't be: the device counts as full until there is space again.
     */
    public long missingRoomBytes() {
        return missingRoomBytes;
    }

    @Override
    public String description() {
        return "zoned device file"
                + (file.isDirect() ? "" : " (through the page cache: the file system has no direct I/O)");
    }

    @Override
    public List<ZoneDescriptor> report() {
        requireOpen();
        return states.describeAll();
    }

    @Override
    public ZoneDescriptor report(int zone) {
        requireZone(zone);
        return states.describe(zone);
    }

    @Override
    public void resetZone(int zone) {
        requireWritable(zone);
        states.requireResettable(zone);
        table.persist(zone, ZoneCondition.EMPTY, 0, () -> states.reset(zone));
    }

    @Override
    public void finishZone(int zone) {
        requireWritable(zone);
        // The bytes written so far become durable with the state that names them.
        table.flush();
        states.requireFinishable(zone);
        table.persist(zone, ZoneCondition.FULL, states.capacityBytes(zone), () -> states.finished(zone));
    }

    @Override
    public void openZone(int zone) {
        requireWritable(zone);
        states.open(zone);
    }

    @Override
    public void closeZone(int zone) {
        requireWritable(zone);
        states.close(zone);
    }

    /** Has the file system allocate the zone's blocks. */
    @Override
    public void preallocate(int zone) {
        requireWritable(zone);
        file.allocate(mediumOffset(geometry().startOf(zone)), states.capacityBytes(zone));
    }

    /** Makes a zone read-only or offline, as a device does with a worn one, for tests of the reaction to it. */
    public void failZone(int zone, ZoneCondition fault) {
        Objects.requireNonNull(fault, "fault must not be null");
        requireWritable(zone);
        if (fault != ZoneCondition.READ_ONLY && fault != ZoneCondition.OFFLINE) {
            throw new IllegalArgumentException("a zone fails to READ_ONLY or OFFLINE, not to " + fault);
        }
        table.persist(zone, fault, states.writtenBytes(zone), () -> states.fail(zone, fault));
    }

    @Override
    @Nullable
    DeviceException refusalIn(int zone, IoRequest candidate) {
        long offsetInZone = candidate.offsetBytes() - geometry().startOf(zone);
        if (candidate.kind() == IoRequest.Kind.READ) {
            return states.refusalOfRead(zone, offsetInZone, candidate.lengthBytes());
        }
        DeviceException fault = file.faultOf(FileFaults.Change.WRITE_DATA, mediumOffset(candidate.offsetBytes()));
        return fault != null ? fault : states.reserve(zone, offsetInZone, candidate.lengthBytes());
    }

    @Override
    @Nullable
    DeviceException refusalOfFlush() {
        try {
            table.writeChanges();
        } catch (DeviceException e) {
            return e;
        }
        DeviceException fault = file.faultOf(FileFaults.Change.FLUSH, 0);
        if (fault != null) {
            table.flushFailed();
        }
        return fault;
    }

    @Override
    public long mediumOffset(long deviceOffsetBytes) {
        return dataOffset + deviceOffsetBytes;
    }

    @Override
    public void succeeded(IoRequest request) {
        if (request.kind() == IoRequest.Kind.WRITE) {
            int zone = geometry().zoneOf(request.offsetBytes());
            states.written(zone, request.endBytes() - geometry().startOf(zone));
        }
    }

    @Override
    public DeviceException failed(IoRequest request, int transferredBytes, int errno) {
        if (request.kind() == IoRequest.Kind.WRITE) {
            int zone = geometry().zoneOf(request.offsetBytes());
            states.failed(zone, request.offsetBytes() - geometry().startOf(zone) + transferredBytes);
        } else if (request.kind() == IoRequest.Kind.FLUSH) {
            table.flushFailed();
        }
        return DeviceErrors.failed(describe(request) + ", after " + transferredBytes + " bytes,", errno);
    }

    @Override
    void beforeClose() {
        try {
            if (isWritable()) {
                table.writeChanges();
                table.flush();
            }
        } finally {
            table.close();
        }
    }
}
