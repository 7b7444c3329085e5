package io.znsslab.core.tiering;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Off-heap room for slab images, reused: as many rooms exist as cold slabs were ever read at a time. A room that is in
 * use when this is closed is freed when it is put back. Thread-safe.
 */
final class ScratchSlabs implements AutoCloseable {
    private final int slabBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Room> free = new ArrayDeque<>();
    private boolean closed;

    /** Room for an image, which its arena frees. */
    record Room(Arena arena, MemorySegment image) {
        @SuppressWarnings("MustBeClosedChecker") // closed with the room
        static Room ofBytes(int slabBytes) {
            Arena arena = Arena.ofShared();
            return new Room(arena, arena.allocate(slabBytes, Long.BYTES));
        }
    }

    ScratchSlabs(int slabBytes) {
        this.slabBytes = slabBytes;
    }

    Room take() {
        lock.lock();
        try {
            Room room = free.pollLast();
            return room == null ? Room.ofBytes(slabBytes) : room;
        } finally {
            lock.unlock();
        }
    }

    void put(Room room) {
        lock.lock();
        try {
            if (!closed) {
                free.addLast(room);
                return;
            }
        } finally {
            lock.unlock();
        }
        room.arena.close();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        free.forEach(room -> room.arena.close());
    }
}
