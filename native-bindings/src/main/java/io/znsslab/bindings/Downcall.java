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
 * Handles of functions that report by {@code errno}. The generated calls lose it, since the JVM itself makes system
 * calls between a call's return and the next line of Java; these handles store it before that, in a segment that is the
 * handle's first argument.
 *
 * <p>None of them is {@link Linker.Option#critical critical}: all may block, and a critical call that blocks stops
 * every garbage collection.
 */
final class Downcall {

    private static final StructLayout STATE_LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE_LAYOUT.byteOffset(PathElement.groupElement("errno"));

    // A few bytes for each thread that ever made a call: no allocation on the way of madvise and membarrier.
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE_LAYOUT));

    private Downcall() {}

    /** A handle whose first argument is {@link #state()}. */
    static MethodHandle capturingErrno(MemorySegment function, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(function, descriptor, Linker.Option.captureCallState("errno"));
    }

    /** The same for a function with variable arguments, of which the first stands at the given index. */
    static MethodHandle capturingErrno(MemorySegment function, FunctionDescriptor descriptor, int firstVariable) {
        return Linker.nativeLinker()
                .downcallHandle(
                        function,
                        descriptor,
                        Linker.Option.firstVariadicArg(firstVariable),
                        Linker.Option.captureCallState("errno"));
    }

    /** This thread's place for {@code errno}. */
    static MemorySegment state() {
        return STATE.get();
    }

    /** What this thread's last call by such a handle left; meaningful only when that call failed. */
    static int errno() {
        return STATE.get().get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /**
     * For the catch clause around {@code invokeExact}, which declares Throwable. What arrives there is an argument that
     * the linker refuses, such as a segment whose arena is closed, and goes on to the caller as it is.
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
