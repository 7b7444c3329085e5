package io.znsslab.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Handles of functions that report errors by {@code errno}. The generated calls lose it, since the JVM itself makes
 * system calls between a call's return and the next line of Java; these handles save it before that, in a segment that
 * is the handle's first argument.
 *
 * <p>None of them is {@link Linker.Option#critical critical}: all may block, and a critical call that blocks stops
 * every garbage collection.
 */
final class Downcall {

    private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE_LAYOUT.byteOffset(PathElement.groupElement("errno"));

    // A few bytes for each thread that ever made a call, so that madvise and membarrier need no allocation.
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE_LAYOUT));

    private Downcall() {}

    /** A handle whose first argument is {@link #state()}. */
    static MethodHandle capturingErrno(MemorySegment function, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(function, descriptor, Linker.Option.captureCallState("errno"));
    }

    /** The same for a function with variable arguments, the first of which stands at the given index. */
    static MethodHandle capturingErrno(MemorySegment function, FunctionDescriptor descriptor, int firstVariable) {
        return Linker.nativeLinker()
                .downcallHandle(
                        function,
                        descriptor,
                        Linker.Option.firstVariadicArg(firstVariable),
                        Linker.Option.captureCallState("errno"));
    }

    /** A handle of a function of the C library, as {@link #capturingErrno(MemorySegment, FunctionDescriptor)}. */
    static MethodHandle capturingErrno(String function, FunctionDescriptor descriptor) {
        return capturingErrno(Linker.nativeLinker().defaultLookup().findOrThrow(function), descriptor);
    }

    /** The same for a function with variable arguments. */
    static MethodHandle capturingErrno(String function, FunctionDescriptor descriptor, int firstVariable) {
        return capturingErrno(Linker.nativeLinker().defaultLookup().findOrThrow(function), descriptor, firstVariable);
    }

    /** This thread's segment for {@code errno}. */
    static MemorySegment state() {
        return STATE.get();
    }

    /** The {@code errno} of this thread's last call through such a handle; meaningful only when that call failed. */
    static int errno() {
        return STATE.get().get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /**
     * For the catch clause around {@code invokeExact}, which declares Throwable. The linker throws here when it refuses
     * an argument, such as a segment whose arena is closed; the exception is passed on to the caller unchanged.
     */
    static RuntimeException rethrow(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        throw new IllegalStateException("A native call threw a checked exception, which none declares", thrown);
    }
}
