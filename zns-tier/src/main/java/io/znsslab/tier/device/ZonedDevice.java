package io.znsslab.tier.device;

import io.znsslab.bindings.Platform;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A device of zones that are written at their write pointers and reset as a whole. All sizes and offsets are bytes.
 *
 * <p>Any thread may call any method; a queue is used by one thread at a time. Zone commands block until the device has
 * done them; a reset takes milliseconds, finishing a nearly empty zone up to a second on real devices.
 *
 * <p>All implementations refuse the same things with the same {@link DeviceException.Problem}, which one contract suite
 * verifies on each. Those with a medium answer every command, transfer and report after {@link #close} with an
 * {@link IllegalStateException}.
 */
public interface ZonedDevice extends AutoCloseable {

    /**
     * Opens a zoned block device, or a regular file made by {@link FileZonedDevice#create}, for this process alone.
     * Symbolic links to either are followed, such as those in {@code /dev/disk/by-id}. Tries for a second while the
     * device is in use: after a kill of a process with a ring, the kernel holds its files until it has taken the ring
     * down, which may be after the process is gone.
     *
     * @throws DeviceException when the device is missing, not zoned, in use, or not accessible to this process
     * @throws UnsupportedOperationException if this is not x86-64 Linux with glibc
     * @throws IllegalCallerException if the JVM forbids native calls; the message names the option that allows them
     */
    static ZonedDevice open(Path path) {
        Objects.requireNonNull(path, "path must not be null");
        Platform.requireSupported();
        long began = System.nanoTime();
        while (true) {
            try {
                return openAtOnce(path);
            } catch (DeviceException e) {
                boolean patient = System.nanoTime() - began < TimeUnit.SECONDS.toNanos(1);
                if (e.problem() != DeviceException.Problem.BUSY || !patient) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    /**
     * Opens a zoned block device, or a regular file made by {@link FileZonedDevice#create}, to read it. Nothing is
     * changed on it, not at closing either: writes, flushes and zone commands are refused with
     * {@link DeviceException.Problem#ACCESS_DENIED}. The permission to read is enough.
     *
     * <p>While the device is open so, no process can open it for writing. Where one has done so before,
     * {@link #isWrittenByOthers} says so, and what is read may be changed at any time.
     *
     * @throws DeviceException when the device is missing, not zoned, or not readable for this process
     */
    static ZonedDevice openReadOnly(Path path) {
        Objects.requireNonNull(path, "path must not be null");
        return Files.isRegularFile(path) ? FileZonedDevice.openReadOnly(path) : BlockZonedDevice.openReadOnly(path);
    }

    private static ZonedDevice openAtOnce(Path path) {
        if (Files.isRegularFile(path)) {
            return FileZonedDevice.open(path);
        }
        return BlockZonedDevice.open(path);
    }

    /** The path that the device was opened by; for messages. */
    String name();

    /** The kind of device in a few words; for people. */
    String description();

    /**
     * Whether another process had the device open for writing when this one opened it, by {@link #openReadOnly}: then
     * zones may change at any time. A device file's {@linkplain #report report} stays as it was at the opening.
     */
    default boolean isWrittenByOthers() {
        return false;
    }

    /** The shape of the device. */
    DeviceGeometry geometry();

    /** All zones, as they are now. */
    List<ZoneDescriptor> report();

    /** One zone, as it is now. */
    ZoneDescriptor report(int zone);

    /** Resets a zone: its contents are lost, and its write pointer returns to its start. Durable when this returns. */
    void resetZone(int zone);

    /** Makes a zone full without writing the rest. */
    void finishZone(int zone);

    /** Opens a zone explicitly. */
    void openZone(int zone);

    /** Closes an open zone; it stays active. */
    void closeZone(int zone);

    /**
     * Allocates all that a zone needs of what lies below the device, so that the zone can be written to its end even if
     * other programs use up the rest. Does nothing where the device has a medium of its own. May take as long as a
     * reset; repeated calls cost little.
     *
     * @throws DeviceException {@link DeviceException.Problem#FULL} when there is no space for the zone
     */
    default void preallocate(int zone) {}

    /**
     * How reads, writes and flushes reach the medium; the same as long as the device is open. Transfers of files and
     * block devices go by io_uring, or, where that is forbidden, too old, or its library missing, by plain system
     * calls, of which the first device warns the logger of this class's name. The system property {@code znsslab.io}
     * asks for one of them: {@code plain}, or {@code io_uring} and no other.
     *
     * @throws DeviceException {@link DeviceException.Problem#NO_RING} if io_uring lacks memory or descriptors now
     */
    default IoMethod ioMethod() {
        return IoMethod.MEMORY;
    }

    /**
     * Refuses to go on without io_uring where the device would use it.
     *
     * @throws DeviceException {@link DeviceException.Problem#NO_RING} if {@link #ioMethod} is {@link IoMethod#PLAIN};
     *     the message says why
     */
    default void requireRing() {}

    /** Opens a queue for asynchronous reads, writes and flushes. */
    IoQueue openQueue(IoQueueSettings settings);

    /**
     * Reads {@code into.byteSize()} bytes, a multiple of the block size, and waits. For the few reads that aren't worth
     * a queue.
     */
    void read(long offsetBytes, MemorySegment into);

    /** Writes at a zone's write pointer and waits. For the few writes that aren't worth a queue. */
    void write(long offsetBytes, MemorySegment from);

    /** Waits until all completed writes survive power loss. */
    void flush();

    /**
     * Closes the device.
     *
     * @throws IllegalStateException when queues are still open
     */
    @Override
    void close();
}
