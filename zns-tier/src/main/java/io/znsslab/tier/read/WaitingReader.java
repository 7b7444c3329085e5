package io.znsslab.tier.read;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.uring.RingSettings;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads by the waiting threads themselves: each takes one of a few queues, submits and reaps, in one system call. No
 * other thread is involved, and nothing is allocated. When all queues are taken, threads wait for one. Thread-safe.
 */
public final class WaitingReader implements AutoCloseable {
    private final ReadSource source;
    private final int most;

    /** Guards the following fields; held for a moment only, never during a read. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition givenBack = lock.newCondition();
    /** Last in, first out: the buffer used last is still in the cache. */
    private final ArrayDeque<WaitingRead> idle = new ArrayDeque<>();

    private int opened;
    private boolean closed;

    /**
     * Creates a reader without queues; they are opened as they are needed.
     *
     * @param most most reads at a time
     */
    public WaitingReader(ReadSource source, int most) {
        this.source = source;
        this.most = most;
    }

    /** Bytes off the heap that a reader takes at most, for so many reads at a time. */
    public static long memoryBytes(int most, int slabBytes) {
        return most * (slabBytes + RingSettings.memoryBytes(1));
    }

    /**
     * Reads a slab; see {@link io.znsslab.core.cold.ColdTier#readNow}.
     *
     * @throws ZnsSlabException when it can't be read
     */
    public void read(long slabId, int sizeClass, long location, MemorySegment destination) {
        WaitingRead read = take();
        ZnsSlabException verdict;
        try {
            verdict = read.perform(slabId, sizeClass, location, destination);
        } catch (RuntimeException | Error e) {
            forget();
            throw e;
        }
        giveBack(read);
        if (verdict != null) {
            throw verdict;
        }
    }

    /** Reads under way. */
    public int inFlight() {
        lock.lock();
        try {
            return opened - idle.size();
        } finally {
            lock.unlock();
        }
    }

    /** Most reads that were under way at a time. */
    public int mostInFlight() {
        lock.lock();
        try {
            // A queue is opened only when all are taken, and kept.
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private WaitingRead take() {
        lock.lock();
        try {
            while (!closed && idle.isEmpty() && opened == most) {
                givenBack.awaitUninterruptibly();
            }
            if (closed) {
                throw new ZnsSlabException("the tier on " + source.device().name() + " is closed");
            }
            if (idle.isEmpty()) {
                WaitingRead another = WaitingRead.open(source);
                opened++;
                return another;
            }
            return idle.pop();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The ring failed under a read: the kernel may still write into its buffer, so that neither is ever used or freed.
     */
    private void forget() {
        lock.lock();
        try {
            opened--;
            givenBack.signal();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(WaitingRead read) {
        lock.lock();
        try {
            idle.push(read);
            givenBack.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the reads under way. Reads that come later fail. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            givenBack.signalAll();
            while (idle.size() < opened) {
                givenBack.awaitUninterruptibly();
            }
            idle.forEach(WaitingRead::close);
            idle.clear();
            opened = 0;
        } finally {
            lock.unlock();
        }
    }
}
