package io.znsslab.core.tiering;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Things that are used again: as many exist as were ever in use at a time, unless there are too many, and the one put
 * back last is taken first. One that is in use when this is closed is freed when it is put back. Thread-safe.
 */
final class Pool<T> implements AutoCloseable {
    private final Supplier<? extends @Nullable T> maker;
    private final Consumer<T> freer;
    private final BooleanSupplier tooMany;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<T> free = new ArrayDeque<>();
    private boolean closed;

    /**
     * An empty pool.
     *
     * @param maker answers null where no more can be made
     * @param tooMany whether what is put back is freed instead of being kept
     */
    Pool(Supplier<? extends @Nullable T> maker, Consumer<T> freer, BooleanSupplier tooMany) {
        this.maker = maker;
        this.freer = freer;
        this.tooMany = tooMany;
    }

    /** Null where none is left and no more can be made. */
    @Nullable
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
            if (!closed && !tooMany.getAsBoolean()) {
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
