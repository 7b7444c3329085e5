package io.znsslab.cli.bench.contestant;

import io.znsslab.bindings.malloc.MallocLibrary;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/**
 * A C allocator, called through the foreign function interface. Objects are addresses; nothing tells whether one is
 * still allocated.
 *
 * <p>Each library has a {@link ClassCopy} of this class, since the compiler inlines only calls of constant handles.
 */
@SuppressWarnings("restricted") // This class reads and writes at addresses that C returned.
final class MallocMemory implements ObjectMemory {
    private static final MallocLibrary.Functions FUNCTIONS =
            ClassCopy.data(MethodHandles.lookup(), MallocLibrary.Functions.class);
    private static final MethodHandle MALLOC = FUNCTIONS.malloc();
    private static final MethodHandle FREE = FUNCTIONS.free();
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    /** For {@link io.znsslab.cli.bench.contestant.ClassCopy}. */
    MallocMemory() {}

    @Override
    public long allocate(int bytes) {
        long address;
        try {
            address = (long) MALLOC.invokeExact((long) bytes);
        } catch (Throwable e) {
            throw new IllegalStateException("malloc could not be called", e);
        }
        if (address == 0) {
            throw new OutOfMemoryError("malloc(" + bytes + ") gave no memory");
        }
        return address;
    }

    @Override
    public void free(long object) {
        try {
            FREE.invokeExact(object);
        } catch (Throwable e) {
            throw new IllegalStateException("free could not be called", e);
        }
    }

    @Override
    public void write(long object, long value) {
        EVERYTHING.set(ValueLayout.JAVA_LONG, object, value);
    }

    @Override
    public long read(long object) {
        return EVERYTHING.get(ValueLayout.JAVA_LONG, object);
    }

    @Override
    public void close() {
        // what was allocated has been freed, one by one
    }
}
