package io.znsslab.core.tiering;

import io.znsslab.core.WrappedTier;
import io.znsslab.core.cold.SlabBatch;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A cold tier in memory, one method of which fails while a test says so: it throws, returns a failing future, or
 * returns no future.
 */
final class FailingTier extends WrappedTier {
    /** The ways in which a call fails. */
    enum Way {
        THROWS,
        FUTURE_FAILS,
        NO_FUTURE
    }

    private volatile String failing = "";
    private volatile Way way;
    private volatile Throwable failure;
    private final AtomicInteger failed = new AtomicInteger();

    void fail(String method, Way how, Throwable with) {
        way = how;
        failure = with;
        failing = method;
    }

    void recover() {
        failing = "";
    }

    /** Number of calls that failed so far. */
    int failed() {
        return failed.get();
    }

    private boolean fails(String method) {
        if (!failing.equals(method)) {
            return false;
        }
        failed.incrementAndGet();
        if (way == Way.THROWS) {
            FailingTier.<RuntimeException>throwAsIs(failure);
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    static <T extends Throwable> void throwAsIs(Throwable failure) throws T {
        throw (T) failure;
    }

    private CompletableFuture<Void> failedFuture() {
        return way == Way.NO_FUTURE ? null : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        return fails("demote") ? failedFuture() : super.demote(batch);
    }

    @Override
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        return fails("read") ? failedFuture() : super.read(slabId, sizeClass, location, destination);
    }

    @Override
    public void read(long slabId, int sizeClass, long location, MemorySegment destination, Listener listener) {
        fails("read to a listener");
        memory.read(slabId, sizeClass, location, destination, listener);
    }

    @Override
    public void readNow(long slabId, int sizeClass, long location, MemorySegment destination) {
        fails("readNow");
        memory.readNow(slabId, sizeClass, location, destination);
    }

    @Override
    public void readThrough(long slabId, int sizeClass, long location, MemorySegment destination) {
        fails("readThrough");
        memory.readThrough(slabId, sizeClass, location, destination);
    }

    @Override
    public void release(long slabId, long location) {
        fails("release");
        super.release(slabId, location);
    }

    @Override
    public void changed(long slabId) {
        fails("changed");
        memory.changed(slabId);
    }

    @Override
    public CompletableFuture<Void> sync() {
        return fails("sync") ? failedFuture() : memory.sync();
    }

    @Override
    public long reserveSlabIds(long wanted) {
        fails("reserveSlabIds");
        return wanted + 2;
    }

    @Override
    public long reserveEpochs(long wanted) {
        fails("reserveEpochs");
        return wanted + 1;
    }

    @Override
    public void finish() {
        fails("finish");
        memory.finish();
    }

    @Override
    public void close() {
        super.close();
        fails("close");
    }
}
