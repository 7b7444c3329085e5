package io.znsslab.bindings;

import io.znsslab.bindings.zbd.LibZbd;
import io.znsslab.bindings.zbd.zbd_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A zoned block device, opened through libzbd. Offsets and lengths are in bytes.
 *
 * <p>Thread-safe, but for one thing: the owner closes it only when no other thread is in a call. This class keeps
 * faults of libzbd 2.0.4 from its callers; a comment at each place names the fault.
 */
public final class ZbdDevice implements AutoCloseable {

    // libzbd 2.0.4 keeps its devices in a table of 1024 indexed by descriptor, and writes past its end without a check.
    // Other threads may open files between our check and its open; the distance between the two numbers is room for
    // them.
    static final int DESCRIPTORS_OF_LIBZBD = 1024;
    static final int HIGHEST_SAFE_DESCRIPTOR = 768;

    private final Path path;
    private final int descriptor;
    private final ZbdInfo info;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ZbdDevice(Path path, int descriptor, ZbdInfo info) {
        this.path = path;
        this.descriptor = descriptor;
        this.info = info;
    }

    // A class of its own, so that a missing library is reported before these are initialized.
    private static final class Calls {
        static final MethodHandle IS_ZONED =
                Downcall.capturingErrno(LibZbd.zbd_device_is_zoned$address(), LibZbd.zbd_device_is_zoned$descriptor());
        static final MethodHandle OPEN =
                Downcall.capturingErrno(LibZbd.zbd_open$address(), LibZbd.zbd_open$descriptor());
        static final MethodHandle REPORT =
                Downcall.capturingErrno(LibZbd.zbd_report_zones$address(), LibZbd.zbd_report_zones$descriptor());
        static final MethodHandle OPERATION =
                Downcall.capturingErrno(LibZbd.zbd_zones_operation$address(), LibZbd.zbd_zones_operation$descriptor());

        static {
            // Our exceptions report failures; libzbd would print them as well.
            LibZbd.zbd_set_log_level(LibZbd.ZBD_LOG_NONE());
        }

        private Calls() {}
    }

    /**
     * Whether the path leads to a zoned block device.
     *
     * @throws NativeException when it leads nowhere
     * @throws MissingLibraryException without libzbd
     */
    public static boolean isZoned(Path path) {
        NativeLibrary.LIBZBD.require();
        int result;
        try (Arena arena = Arena.ofConfined()) {
            result = (int) Calls.IS_ZONED.invokeExact(Downcall.state(), arena.allocateFrom(path.toString()));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (result < 0) {
            throw new NativeException("zbd_device_is_zoned " + path, errno(result));
        }
        return result == 1;
    }

    /**
     * Opens a zoned block device.
     *
     * @throws NativeException when it is missing (ENOENT), no zoned block device (ENXIO), in use (EBUSY), not permitted
     *     to this process (EACCES), ...
     * @throws MissingLibraryException without libzbd
     */
    public static ZbdDevice open(Path path, OpenFlag... flags) {
        String call = "zbd_open " + path + " " + Arrays.toString(flags);
        // zbd_open returns -1 and leaves errno unchanged when the device is not a zoned one.
        if (!isZoned(path)) {
            throw new NativeException(call, Errno.ENXIO, "it is not a zoned block device");
        }
        requireLowDescriptor(call);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = zbd_info.allocate(arena);
            int descriptor = (int) Calls.OPEN.invokeExact(
                    Downcall.state(), arena.allocateFrom(path.toString()), OpenFlag.bits(flags), info);
            if (descriptor < 0) {
                throw new NativeException(call, errno(descriptor));
            }
            // When the device does not answer, zbd_open closes the descriptor and yet returns it; its own table then
            // has no entry for it.
            if (LibZbd.zbd_get_info(descriptor, info) != 0) {
                throw new NativeException(call, Errno.EIO, "the device does not report its geometry");
            }
            return new ZbdDevice(path, descriptor, ZbdInfo.of(info));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /** The kernel gives the lowest free number: if ours is low, the number that libzbd gets next is low too. */
    static void requireLowDescriptor(String call) {
        try (NativeFile probe = NativeFile.open(Path.of("/dev/null"), OpenFlag.READ_ONLY)) {
            if (probe.descriptor() > HIGHEST_SAFE_DESCRIPTOR) {
                throw new IllegalStateException(call + ": this process has more than " + HIGHEST_SAFE_DESCRIPTOR
                        + " files open, and libzbd can't handle descriptors from " + DESCRIPTORS_OF_LIBZBD
                        + " on; open zoned devices earlier");
            }
        }
    }

    /** The path that was given to {@link #open}. */
    public Path path() {
        return path;
    }

    /** The file descriptor, for rings. */
    public int descriptor() {
        if (closed.get()) {
            throw new IllegalStateException(path + " is closed");
        }
        return descriptor;
    }

    /** The device as a whole, as it was when it was opened. */
    public ZbdInfo info() {
        return info;
    }

    /**
     * Asks the device for the state of its zones. Begins with the zone that holds the offset, and ends where the length
     * or the report's capacity does.
     *
     * @throws NativeException when the device refuses
     */
    public void report(long offset, long length, ZoneReport into) {
        requireInside(offset, length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, into.capacity());
            int result = (int) Calls.REPORT.invokeExact(
                    Downcall.state(), descriptor(), offset, length, LibZbd.ZBD_RO_ALL(), into.zones(), count);
            String call = "zbd_report_zones" + range(offset, length);
            if (result != 0) {
                into.count(call, 0);
                throw new NativeException(call, errno(result));
            }
            into.count(call, count.get(ValueLayout.JAVA_INT, 0));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /** Makes the zones of a range empty; their content is lost. */
    public void resetZones(long offset, long length) {
        operate(LibZbd.ZBD_OP_RESET(), "zbd_reset_zones", offset, length);
    }

    /** Opens the zones of a range explicitly. */
    public void openZones(long offset, long length) {
        operate(LibZbd.ZBD_OP_OPEN(), "zbd_open_zones", offset, length);
    }

    /** Closes the open zones of a range; they stay active unless they are empty. */
    public void closeZones(long offset, long length) {
        operate(LibZbd.ZBD_OP_CLOSE(), "zbd_close_zones", offset, length);
    }

    /** Makes the zones of a range full, whatever they contain. */
    public void finishZones(long offset, long length) {
        operate(LibZbd.ZBD_OP_FINISH(), "zbd_finish_zones", offset, length);
    }

    /** Closes the device; further calls of this method do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            LibZbd.zbd_close(descriptor);
        }
    }

    @Override
    public String toString() {
        return path + " (descriptor " + descriptor + (closed.get() ? ", closed)" : ")");
    }

    private void operate(int operation, String name, long offset, long length) {
        requireInside(offset, length);
        int result;
        try {
            result = (int) Calls.OPERATION.invokeExact(Downcall.state(), descriptor(), operation, offset, length);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (result != 0) {
            throw new NativeException(name + range(offset, length), errno(result));
        }
    }

    /** libzbd takes a length of 0 as "to the end", and beyond the end reports success without doing anything. */
    private void requireInside(long offset, long length) {
        if (offset < 0 || length <= 0 || length > info.bytes() - offset || offset % info.zoneBytes() != 0) {
            throw new IllegalArgumentException("No whole zones" + range(offset, length) + ", which has zones of "
                    + info.zoneBytes() + " bytes and " + info.bytes() + " bytes in all");
        }
    }

    private String range(long offset, long length) {
        return " of " + length + " bytes at " + offset + " of " + path;
    }

    /**
     * Some of libzbd's functions return -1 and set errno; others return -errno and have set errno to a negative number.
     */
    private static int errno(int result) {
        return result < -1 ? -result : Math.abs(Downcall.errno());
    }
}
