package io.znsslab.core.arena;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * The frames of one size class that no slab lives in and no stripe holds: runs of frames without memory, and hot
 * frames, which still have theirs.
 *
 * <p>A frame serves one size class for ever. So the addresses of slot headers never change, and a late read of a
 * recycled frame still finds a header there, never some object's payload. Thread-safe by its lock, which is held over a
 * system call only where the region grows.
 */
final class FramePool {
    /** Answer of {@link #takeRun} when every frame of the class is in use. */
    static final long NO_RUN = -1;

    private final ReentrantLock lock = new ReentrantLock();
    /** Makes frames usable that are handed out for the first time. */
    interface FirstUse {
        void of(int first, int count);
    }

    private final FirstUse firstUse;
    private final int firstFrame;
    private final int endFrame;
    private int nextFrame;
    private long[] runs = new long[8];
    private int runCount;
    private int[] hot = new int[8];
    private int hotCount;

    FramePool(int firstFrame, int frames, FirstUse firstUse) {
        this.firstUse = firstUse;
        this.firstFrame = firstFrame;
        this.endFrame = firstFrame + frames;
        this.nextFrame = firstFrame;
    }

    /**
     * Up to {@code atMost} adjacent frames without memory, as {@code first << 32 | count}; frames used before come
     * first.
     */
    long takeRun(int atMost) {
        lock.lock();
        try {
            if (runCount > 0) {
                long run = runs[--runCount];
                int first = firstOf(run);
                int count = countOf(run);
                if (count > atMost) {
                    pushRun(first + atMost, count - atMost);
                    count = atMost;
                }
                return run(first, count);
            }
            int count = Math.min(atMost, endFrame - nextFrame);
            if (count == 0) {
                return NO_RUN;
            }
            int first = nextFrame;
            firstUse.of(first, count);
            nextFrame += count;
            return run(first, count);
        } finally {
            lock.unlock();
        }
    }

    void putRun(int first, int count) {
        lock.lock();
        try {
            pushRun(first, count);
        } finally {
            lock.unlock();
        }
    }

    int takeHot(int[] into, int atMost) {
        lock.lock();
        try {
            int count = Math.min(atMost, hotCount);
            hotCount -= count;
            System.arraycopy(hot, hotCount, into, 0, count);
            return count;
        } finally {
            lock.unlock();
        }
    }

    void putHot(int[] frames, int from, int to) {
        lock.lock();
        try {
            int count = to - from;
            if (hotCount + count > hot.length) {
                hot = Arrays.copyOf(hot, Math.max(hot.length * 2, hotCount + count));
            }
            System.arraycopy(frames, from, hot, hotCount, count);
            hotCount += count;
        } finally {
            lock.unlock();
        }
    }

    /** Takes all hot frames. */
    int[] takeAllHot() {
        lock.lock();
        try {
            int[] all = Arrays.copyOf(hot, hotCount);
            hotCount = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** How many frames, from the class's first one on, were ever handed out. */
    int framesEverUsed() {
        lock.lock();
        try {
            return nextFrame - firstFrame;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there are hot frames: a hint, without the lock. */
    boolean mayHaveHot() {
        return hotCount > 0;
    }

    int hotFrames() {
        lock.lock();
        try {
            return hotCount;
        } finally {
            lock.unlock();
        }
    }

    /** Shows the frames in the pool, which stay there. */
    void forEach(IntConsumer action) {
        lock.lock();
        try {
            for (int index = 0; index < hotCount; index++) {
                action.accept(hot[index]);
            }
            for (int index = 0; index < runCount; index++) {
                for (int offset = 0; offset < countOf(runs[index]); offset++) {
                    action.accept(firstOf(runs[index]) + offset);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void count(FrameCensus census) {
        lock.lock();
        try {
            for (int index = 0; index < hotCount; index++) {
                census.found(hot[index], FrameCensus.Found.POOL);
            }
            for (int index = 0; index < runCount; index++) {
                census.foundRun(firstOf(runs[index]), countOf(runs[index]), FrameCensus.Found.POOL_RUN);
            }
        } finally {
            lock.unlock();
        }
    }

    private void pushRun(int first, int count) {
        if (runCount == runs.length) {
            runs = Arrays.copyOf(runs, runCount * 2);
        }
        runs[runCount++] = run(first, count);
    }

    static long run(int first, int count) {
        return (long) first << 32 | count;
    }

    static int firstOf(long run) {
        return (int) (run >>> 32);
    }

    static int countOf(long run) {
        return (int) run;
    }
}
