package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import io.znsslab.bindings.libc.rlimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A limit that the system sets to this process (getrlimit(2)).
 *
 * @param soft the limit in force; {@link Long#MAX_VALUE} for none
 * @param hard the value up to which the process may raise it; {@link Long#MAX_VALUE} for none
 */
public record ResourceLimit(long soft, long hard) {

    private static final MethodHandle GETRLIMIT =
            Downcall.capturingErrno(LibC.getrlimit$address(), LibC.getrlimit$descriptor());

    /** Bytes that may be locked in memory. Registered io_uring buffers count against it, except root's. */
    public static ResourceLimit lockedMemoryBytes() {
        return of(LibC.RLIMIT_MEMLOCK(), "RLIMIT_MEMLOCK");
    }

    /** One more than the highest possible file descriptor. */
    public static ResourceLimit openFiles() {
        return of(LibC.RLIMIT_NOFILE(), "RLIMIT_NOFILE");
    }

    private static ResourceLimit of(int resource, String name) {
        Platform.requireSupported();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = rlimit.allocate(arena);
            int result = (int) GETRLIMIT.invokeExact(Downcall.state(), resource, limit);
            if (result != 0) {
                throw new NativeException("getrlimit(" + name + ")", Downcall.errno());
            }
            return new ResourceLimit(bytesOrNone(rlimit.rlim_cur(limit)), bytesOrNone(rlimit.rlim_max(limit)));
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    // RLIM_INFINITY is the largest unsigned long.
    private static long bytesOrNone(long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }
}
