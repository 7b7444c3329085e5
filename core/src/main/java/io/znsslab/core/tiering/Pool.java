package io.znsslab.core.tiering;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Things that are used again: as many exist as were ever in use at a time, and the one put back last is taken first.
 * One that is in use when this is closed is freed when it is put back. Thread-safe.
 */
final class Pool<T> implements AutoCloseable {
    private final Supplier<T> maker;
    private final Consumer<T> freer;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private boolean closed;

    Pool(Supplier<T> maker, Consumer<T> freer) {
        this.maker = maker;
        this.freer = freer;
    }

    T take() {
        lock.lock();
        try {
            T pooled = free.pollLast();
            return pooled == null ? maker.get() : pooled;
        } finally {
            lock.unlock();
        }
    }

    void put(T used) {
        lock.lock();
        try {
            if (!closed) {
                free.addLast(used);
                return;
            }
        } finally {
            lock.unlock();
        }
        freer.accept(used);
    }

    @Override
    public void close() {
        List<T> unused;
        lock.lock();
        try {
            closed = true;
            unused = List.copyOf(free);
            // what a late user takes is new
            free.clear();
        } finally {
            lock.unlock();
        }
        unused.forEach(freer);
    }
}
