package io.znsslab.core.tiering;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads that are not in use. As many exist as were ever under way at a time. The room of a read that is under way when
 * this is closed is freed when it is over. Thread-safe.
 */
final class ColdReads implements AutoCloseable {
    private final ColdObjects side;
    private final int slabBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ColdRead> free = new ArrayDeque<>();
    private boolean closed;

    ColdReads(ColdObjects side, int slabBytes) {
        this.side = side;
        this.slabBytes = slabBytes;
    }

    ColdRead take() {
        lock.lock();
        try {
            ColdRead read = free.pollLast();
            return read == null ? new ColdRead(side, ScratchSlabs.Room.ofBytes(slabBytes)) : read;
        } finally {
            lock.unlock();
        }
    }

    void put(ColdRead read) {
        lock.lock();
        try {
            if (!closed) {
                free.addLast(read);
                return;
            }
        } finally {
            lock.unlock();
        }
        read.freeRoom();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        free.forEach(ColdRead::freeRoom);
    }
}
