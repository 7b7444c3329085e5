package io.znsslab.tier.recovery;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory off the heap for what an opening finds, given back all at once. Thread-safe. */
final class RecoveryMemory implements AutoCloseable {
    private final Arena arena = Arena.ofShared();

    /** Allocates so many bytes, all zero. */
    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, Long.BYTES);
    }

    @Override
    public void close() {
        arena.close();
    }
}
