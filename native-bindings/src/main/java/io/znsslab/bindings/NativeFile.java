package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file or block device with its descriptor, for operations that {@code FileChannel} lacks: giving the
 * descriptor to a ring, opening a device exclusively, asking for its size, punching holes.
 *
 * <p>Thread-safe, but for one thing: the owner closes it only when no other thread is in a call, since the kernel gives
 * the number of a closed descriptor to the next file opened. Calls after that throw {@link IllegalStateException}.
 */
public final class NativeFile implements AutoCloseable {

    // fallocate(2), include/uapi/linux/falloc.h
    static final int FALLOC_FL_KEEP_SIZE = 0x01;
    static final int FALLOC_FL_PUNCH_HOLE = 0x02;

    private static final int PERMISSIONS = 0_600;

    /**
     * The functions that opening and reading a file take. They are described here, as a test compares with the headers:
     * the generated classes would link each of them once more, without errno, which costs a program that opens a file a
     * tenth of a second at its start.
     */
    static final MethodHandle OPEN = Downcall.capturingErrno(
            "open", FunctionDescriptor.of(LibC.C_INT, LibC.C_POINTER, LibC.C_INT, LibC.C_INT), 2);

    static final MethodHandle CLOSE = Downcall.capturingErrno("close", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT));
    static final MethodHandle FSYNC = Downcall.capturingErrno("fsync", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT));
    static final MethodHandle FDATASYNC =
            Downcall.capturingErrno("fdatasync", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT));
    static final MethodHandle FLOCK =
            Downcall.capturingErrno("flock", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT, LibC.C_INT));
    private static final FunctionDescriptor TRANSFER =
            FunctionDescriptor.of(LibC.C_LONG, LibC.C_INT, LibC.C_POINTER, LibC.C_LONG, LibC.C_LONG);
    static final MethodHandle PREAD = Downcall.capturingErrno("pread", TRANSFER);
    static final MethodHandle PWRITE = Downcall.capturingErrno("pwrite", TRANSFER);

    /** Linked when first used: few programs change a file's size, or ask a device. */
    static final class Seldom {
        static final MethodHandle IOCTL = Downcall.capturingErrno(
                "ioctl", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT, LibC.C_LONG, LibC.C_POINTER), 2);
        static final MethodHandle FTRUNCATE =
                Downcall.capturingErrno("ftruncate", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT, LibC.C_LONG));
        static final MethodHandle FALLOCATE = Downcall.capturingErrno(
                "fallocate", FunctionDescriptor.of(LibC.C_INT, LibC.C_INT, LibC.C_INT, LibC.C_LONG, LibC.C_LONG));

        private Seldom() {}
    }

    private final Path path;
    private final int descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private NativeFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /**
     * Opens a file; one that is created gets the permissions 600.
     *
     * @throws NativeException when the kernel refuses
     */
    public static NativeFile open(Path path, OpenFlag... flags) {
        Platform.requireSupported();
        int descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = (int) OPEN.invokeExact(
                    Downcall.state(), arena.allocateFrom(path.toString()), OpenFlag.bits(flags), PERMISSIONS);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (descriptor < 0) {
            throw new NativeException("open " + path + " " + Arrays.toString(flags), Downcall.errno());
        }
        return new NativeFile(path, descriptor);
    }

    /** The path that was given to {@link #open}. */
    public Path path() {
        return path;
    }

    /** The file descriptor, for rings and other calls. */
    public int descriptor() {
        if (closed.get()) {
            throw new IllegalStateException(path + " is closed");
        }
        return descriptor;
    }

    /**
     * Reads once, at an offset (pread(2)).
     *
     * @return bytes read, which may be fewer than requested; 0 at the end of the file
     */
    public long read(MemorySegment destination, long offset) {
        long bytes;
        try {
            bytes = (long)
                    PREAD.invokeExact(Downcall.state(), descriptor(), destination, destination.byteSize(), offset);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (bytes < 0) {
            throw transferFailed("pread", destination, offset);
        }
        return bytes;
    }

    /**
     * Writes once, at an offset (pwrite(2)).
     *
     * @return bytes written, which may be fewer than requested
     */
    public long write(MemorySegment source, long offset) {
        long bytes;
        try {
            bytes = (long) PWRITE.invokeExact(Downcall.state(), descriptor(), source, source.byteSize(), offset);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (bytes < 0) {
            throw transferFailed("pwrite", source, offset);
        }
        return bytes;
    }

    /** Makes content and metadata durable (fsync(2)); on a folder opened READ_ONLY, makes the names in it durable. */
    public void sync() {
        try {
            succeeded((int) FSYNC.invokeExact(Downcall.state(), descriptor()), "fsync of");
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /** Makes the content durable, with the metadata that reading it back takes (fdatasync(2)). */
    public void syncData() {
        try {
            succeeded((int) FDATASYNC.invokeExact(Downcall.state(), descriptor()), "fdatasync of");
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /** Sets the file's size (ftruncate(2)); added bytes read as zeroes and take no space. */
    public void truncate(long bytes) {
        try {
            succeeded(
                    (int) Seldom.FTRUNCATE.invokeExact(Downcall.state(), descriptor(), bytes),
                    "ftruncate to " + bytes + " bytes of");
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /**
     * Allocates space for a range in the file system, so that writing there can't fail for lack of it; grows the file
     * (fallocate(2)).
     */
    public void allocate(long offset, long length) {
        fallocate(0, "fallocate", offset, length);
    }

    /** Gives the space of a range back to the file system; it reads as zeroes. The file's size stays (fallocate(2)). */
    public void punchHole(long offset, long length) {
        fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, "fallocate(PUNCH_HOLE)", offset, length);
    }

    /**
     * Takes the file's advisory lock unless another open file description holds it (flock(2)). The lock ends with
     * {@link #close}, or with the process.
     *
     * @return false when another open file description holds it
     */
    public boolean tryLock() {
        return tryLock(LibC.LOCK_EX());
    }

    /**
     * Takes the file's advisory lock together with others that take it so, unless an open file description holds it
     * alone, by {@link #tryLock}.
     *
     * @return false when another open file description holds it alone
     */
    public boolean tryLockShared() {
        return tryLock(LibC.LOCK_SH());
    }

    private boolean tryLock(int kind) {
        int result;
        try {
            result = (int) FLOCK.invokeExact(Downcall.state(), descriptor(), kind | LibC.LOCK_NB());
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (result != 0 && Downcall.errno() == Errno.EAGAIN) {
            return false;
        }
        succeeded(result, "flock of");
        return true;
    }

    /** Size of a block device in bytes (ioctl BLKGETSIZE64). */
    public long blockDeviceBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_LONG);
            control(LibC.BLKGETSIZE64(), bytes, "BLKGETSIZE64");
            return bytes.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** Size of a block device's logical block in bytes, the unit of direct input and output (ioctl BLKSSZGET). */
    public int logicalBlockBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(ValueLayout.JAVA_INT);
            control(LibC.BLKSSZGET(), bytes, "BLKSSZGET");
            return bytes.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * Any other ioctl(2) whose argument is a structure.
     *
     * @param name the request's name, for the error message
     * @return what the kernel returned, not negative
     */
    public int control(long request, MemorySegment argument, String name) {
        int result;
        try {
            result = (int) Seldom.IOCTL.invokeExact(Downcall.state(), descriptor(), request, argument);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        succeeded(Math.min(result, 0), "ioctl(" + name + ") of");
        return result;
    }

    /** Closes the descriptor; further calls of this method do nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        int result;
        try {
            result = (int) CLOSE.invokeExact(Downcall.state(), descriptor);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        // Linux frees the descriptor whatever it returns, so the call is not repeated.
        succeeded(result, "close of");
    }

    @Override
    public String toString() {
        return path + " (descriptor " + descriptor + (closed.get() ? ", closed)" : ")");
    }

    private void fallocate(int mode, String call, long offset, long length) {
        try {
            int result;
            do {
                result = (int) Seldom.FALLOCATE.invokeExact(Downcall.state(), descriptor(), mode, offset, length);
            } while (result != 0 && Downcall.errno() == Errno.EINTR);
            succeeded(result, call + " of " + length + " bytes at " + offset + " of");
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    private void succeeded(int result, String call) {
        if (result != 0) {
            throw new NativeException(call + " " + path, Downcall.errno());
        }
    }

    private NativeException transferFailed(String call, MemorySegment memory, long offset) {
        return new NativeException(
                call + " of " + memory.byteSize() + " bytes at " + offset + " of " + path, Downcall.errno());
    }
}
