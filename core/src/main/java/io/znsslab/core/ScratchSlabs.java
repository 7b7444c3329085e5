package io.znsslab.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/** Off-heap room for one slab image each, reused. As many exist as there ever were readers of cold slabs at a time. Thread-safe. */
final class ScratchSlabs implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final int slabBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();

    ScratchSlabs(int slabBytes) {
        this.slabBytes = slabBytes;
    }

    MemorySegment take() {
        lock.lock();
        try {
            MemorySegment segment = free.pollLast();
            return segment == null ? arena.allocate(slabBytes, Long.BYTES) : segment;
        } finally {
            lock.unlock();
        }
    }

    void put(MemorySegment segment) {
        lock.lock();
        try {
            free.addLast(segment);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
