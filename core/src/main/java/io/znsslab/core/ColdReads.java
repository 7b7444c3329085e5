package io.znsslab.core;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/** Reads that are not in use. As many exist as were ever under way at a time. Thread-safe. */
final class ColdReads implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final ColdSide side;
    private final int slabBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ColdRead> free = new ArrayDeque<>();

    ColdReads(ColdSide side, int slabBytes) {
        this.side = side;
        this.slabBytes = slabBytes;
    }

    ColdRead take() {
        lock.lock();
        try {
            ColdRead read = free.pollLast();
            return read == null ? new ColdRead(side, arena.allocate(slabBytes, Long.BYTES)) : read;
        } finally {
            lock.unlock();
        }
    }

    void put(ColdRead read) {
        lock.lock();
        try {
            free.addLast(read);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
