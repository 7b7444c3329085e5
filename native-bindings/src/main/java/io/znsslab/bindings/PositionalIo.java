package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * Transfers at an offset of an open file, by blocking system calls, for memory that other threads may have allocated:
 * it is given by its address, and the caller keeps it alive. Failures are numbers, not exceptions. Thread-safe.
 */
public final class PositionalIo {
    private static final FunctionDescriptor TRANSFER =
            FunctionDescriptor.of(LibC.C_LONG, LibC.C_INT, LibC.C_LONG, LibC.C_LONG, LibC.C_LONG);
    private static final MethodHandle PREAD = Downcall.capturingErrno("pread", TRANSFER);
    private static final MethodHandle PWRITE = Downcall.capturingErrno("pwrite", TRANSFER);

    private PositionalIo() {}

    /**
     * Reads once (pread(2)).
     *
     * @param address of {@code length} bytes of native memory
     * @return bytes read, which may be fewer than requested, 0 at the end of the file; or an errno, negated
     */
    public static long read(int descriptor, long address, long length, long offset) {
        try {
            return result((long) PREAD.invokeExact(Downcall.state(), descriptor, address, length, offset));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /**
     * Writes once (pwrite(2)).
     *
     * @param address of {@code length} bytes of native memory
     * @return bytes written, which may be fewer than requested; or an errno, negated
     */
    public static long write(int descriptor, long address, long length, long offset) {
        try {
            return result((long) PWRITE.invokeExact(Downcall.state(), descriptor, address, length, offset));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    /**
     * Makes the content durable, with the metadata that reading it back takes (fdatasync(2)).
     *
     * @return 0, or an errno, negated
     */
    public static long syncData(int descriptor) {
        try {
            return result((int) NativeFile.FDATASYNC.invokeExact(Downcall.state(), descriptor));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    private static long result(long returned) {
        return returned < 0 ? -Downcall.errno() : returned;
    }
}
