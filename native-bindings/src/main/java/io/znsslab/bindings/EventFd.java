package io.znsslab.bindings;

import io.znsslab.bindings.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A counter in the kernel that a ring can wait for and any thread can raise (eventfd(2)).
 *
 * <p>Thread-safe, but for one thing: the owner closes it only when no other thread is in {@link #signal}.
 */
public final class EventFd implements AutoCloseable {

    // Neither function is in the generated bindings: their argument file was made before these were needed.
    private static final MethodHandle EVENTFD = Downcall.capturingErrno(
            Linker.nativeLinker().defaultLookup().findOrThrow("eventfd"),
            FunctionDescriptor.of(LibC.C_INT, LibC.C_INT, LibC.C_INT));
    private static final MethodHandle WRITE = Downcall.capturingErrno(
            Linker.nativeLinker().defaultLookup().findOrThrow("write"),
            FunctionDescriptor.of(LibC.C_LONG, LibC.C_INT, LibC.C_POINTER, LibC.C_LONG));

    // include/uapi/linux/eventfd.h: EFD_CLOEXEC is O_CLOEXEC
    private static final int EFD_CLOEXEC = LibC.O_CLOEXEC();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1L);
    private final int descriptor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EventFd(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Makes a counter of 0.
     *
     * @throws NativeException when the process has no descriptor left
     */
    public static EventFd open() {
        int descriptor;
        try {
            descriptor = (int) EVENTFD.invokeExact(Downcall.state(), 0, EFD_CLOEXEC);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (descriptor < 0) {
            throw new NativeException("eventfd", Downcall.errno());
        }
        return new EventFd(descriptor);
    }

    /** The file descriptor. A read of eight bytes from it waits until the counter is raised, and clears it. */
    public int descriptor() {
        return descriptor;
    }

    /** Raises the counter. */
    public void signal() {
        long written;
        try {
            written = (long) WRITE.invokeExact(Downcall.state(), descriptor, one, (long) Long.BYTES);
        } catch (Throwable thrown) {
            throw Downcall.rethrow(thrown);
        }
        if (written != Long.BYTES) {
            throw new NativeException("write to an eventfd", Downcall.errno());
        }
    }

    /** Closes the descriptor; further calls of this method do nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            LibC.close(descriptor);
            arena.close();
        }
    }
}
