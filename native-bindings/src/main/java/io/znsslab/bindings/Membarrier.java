package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The expensive half of an asymmetric fence: {@link #barrier()} makes every running thread of this process pass a full
 * memory barrier, so that the frequent side of a protocol can do without one (a plain store, then a compiler-ordered
 * load). Thread-safe.
 *
 * <p>Source: membarrier(2), MEMBARRIER_CMD_PRIVATE_EXPEDITED, Linux 4.14. A few microseconds a call.
 */
public final class Membarrier {

    static final int SYSCALL = 324;
    static final int COMMAND_QUERY = 0;
    static final int COMMAND_PRIVATE_EXPEDITED = 1 << 3;
    static final int COMMAND_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    // long syscall(long number, int command, unsigned flags, int cpu)
    private static final FunctionDescriptor DESCRIPTOR =
            LibC.syscall.makeInvoker(LibC.C_INT, LibC.C_INT, LibC.C_INT).descriptor();
    private static final MethodHandle MEMBARRIER = Downcall.capturingErrno(LibC.syscall.address(), DESCRIPTOR, 1);

    // 0, or the errno that says why this process can't use it. The kernel is asked once, since neither a kernel nor a
    // seccomp filter withdraws it later.
    private static final int REFUSAL = register();

    private Membarrier() {}

    /** Whether this kernel has membarrier and lets this process use it. */
    public static boolean supported() {
        return REFUSAL == 0;
    }

    /**
     * Returns when every running thread of this process has passed a full memory barrier. Allocates nothing.
     *
     * @throws NativeException where it is not {@linkplain #supported() supported}
     */
    public static void barrier() {
        if (REFUSAL != 0) {
            throw refused(REFUSAL);
        }
        if (call(COMMAND_PRIVATE_EXPEDITED) != 0) {
            throw refused(Downcall.errno());
        }
    }

    private static int register() {
        if (!Platform.isSupported()) {
            return Errno.ENOSYS; // 324 is another call on other platforms
        }
        long commands = call(COMMAND_QUERY);
        if (commands < 0) {
            return Downcall.errno();
        }
        long needed = COMMAND_PRIVATE_EXPEDITED | COMMAND_REGISTER_PRIVATE_EXPEDITED;
        if ((commands & needed) != needed) {
            return Errno.ENOSYS;
        }
        return call(COMMAND_REGISTER_PRIVATE_EXPEDITED) == 0 ? 0 : Downcall.errno();
    }

    private static long call(int command) {
        try {
            return (long) MEMBARRIER.invokeExact(Downcall.state(), (long) SYSCALL, command, 0, 0);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
    }

    private static NativeException refused(int errno) {
        return new NativeException(
                "membarrier(PRIVATE_EXPEDITED)", errno, "needs Linux 4.14 and a seccomp profile that allows it");
    }
}
