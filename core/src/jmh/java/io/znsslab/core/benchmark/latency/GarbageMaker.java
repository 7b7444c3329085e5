package io.znsslab.core.benchmark.latency;

import java.util.concurrent.locks.LockSupport;

/**
 * A thread that gives the garbage collector work: it allocates half a gigabyte of byte arrays a second, and keeps the
 * last 64 MiB of them alive.
 *
 * <p>It rests between portions, so that the collector is measured and not a second thread's use of the memory bus.
 */
final class GarbageMaker implements AutoCloseable {
    private static final int ARRAY_BYTES = 1_024;
    private static final int LIVE_ARRAYS = 65_536;
    private static final int ARRAYS_PER_PORTION = 2_500;
    private static final long PORTION_NANOSECONDS = 5_000_000;

    private final byte[][] live = new byte[LIVE_ARRAYS][];
    private final Thread thread = Thread.ofPlatform().daemon().name("garbage").unstarted(this::work);
    private volatile boolean stopping;

    void start() {
        thread.start();
    }

    private void work() {
        int next = 0;
        long due = System.nanoTime();
        while (!stopping) {
            for (int array = 0; array < ARRAYS_PER_PORTION; array++) {
                live[next] = new byte[ARRAY_BYTES];
                next = (next + 1) % LIVE_ARRAYS;
            }
            due += PORTION_NANOSECONDS;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    /** Makes the thread end after its current portion. */
    @Override
    public void close() {
        stopping = true;
    }
}
