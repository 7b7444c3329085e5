package io.znsslab.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory that a native library made, as a segment with bounds. */
public final class NativeMemory {
    private NativeMemory() {}

    /**
     * A view of {@code bytes} bytes at an address that a library returned, usable until the arena is closed.
     *
     * <p>The caller answers for the length, and closes the arena before the library frees the memory, so that a late
     * access throws instead of faulting.
     */
    public static MemorySegment view(MemorySegment address, long bytes, Arena arena) {
        return address.reinterpret(bytes, arena, null);
    }
}
