package io.znsslab.core.arena;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a store takes of memory beside its slabs, in bytes, by what it is for. Under a memory limit it is lent out of
 * what slabs may use, a slab's worth at a time, so that one counter bounds both; see the package's document. Without
 * one it is counted alone.
 *
 * <p>Thread-safe. The lock is held for some loads and stores, and over a compare-and-set of the arena's counter.
 */
public final class MemoryBesideSlabs {
    /** What memory is for. */
    public enum Use {
        /** Tables by which slabs are found. */
        TABLES,
        /** Segments of domains that no slab can hold. */
        SEGMENTS,
        /** Room for the image of a cold slab that is being read. */
        SCRATCH,
        /** Room for the images that a walk reads at a time. */
        WINDOWS
    }

    private final FrameGrants grants;
    private final int slabBytes;
    private final boolean bounded;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Use, Long> bytes = new EnumMap<>(Use.class);
    /** Bytes that are lent even while they are not used. */
    private final Map<Use, Long> setApart = new EnumMap<>(Use.class);

    private long lentFrames;

    MemoryBesideSlabs(FrameGrants grants, int slabBytes, boolean bounded) {
        this.grants = grants;
        this.slabBytes = slabBytes;
        this.bounded = bounded;
    }

    /** Whether there is a memory limit. */
    public boolean isBounded() {
        return bounded;
    }

    /** Whether the memory limit leaves room for so many bytes at the moment: a hint, without a lock. */
    public boolean mayTake(long count) {
        return !bounded || grants.overdrawn() * slabBytes + count <= 0;
    }

    /** Takes so many bytes; false, and nothing happens, if the memory limit leaves no room for them. */
    public boolean take(Use use, long count) {
        return take(use, count, false);
    }

    /**
     * Takes so many bytes also beyond the limit: for what can't be refused any more. No slab gets memory until as much
     * has come back.
     */
    public void takeAnyway(Use use, long count) {
        boolean _ = take(use, count, true);
    }

    private boolean take(Use use, long count, boolean anyway) {
        lock.lock();
        try {
            add(use, count);
            if (!bounded || borrow(anyway)) {
                return true;
            }
            add(use, -count);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what was taken. */
    public void giveBack(Use use, long count) {
        lock.lock();
        try {
            add(use, -count);
            if (bounded) {
                boolean _ = borrow(true);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets room apart, beyond the limit if it must be, that slabs do not get even while it is not used. */
    public void setApart(Use use, long count) {
        lock.lock();
        try {
            setApart.put(use, count);
            if (bounded) {
                boolean _ = borrow(true);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether more is in use than was set apart under a limit: what is not needed is to be freed then. */
    public boolean isBeyondItsRoom(Use use) {
        lock.lock();
        try {
            return bounded && bytes.getOrDefault(use, 0L) > setApart.getOrDefault(use, 0L);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes in use for that. */
    public long bytes(Use use) {
        lock.lock();
        try {
            return bytes.getOrDefault(use, 0L);
        } finally {
            lock.unlock();
        }
    }

    private void add(Use use, long count) {
        bytes.put(use, bytes.getOrDefault(use, 0L) + count);
    }

    /** Borrows as many frames as are needed now. */
    private boolean borrow(boolean anyway) {
        long needed = 0;
        for (Use use : Use.values()) {
            needed += Math.max(setApart.getOrDefault(use, 0L), bytes.getOrDefault(use, 0L));
        }
        long frames = Math.ceilDiv(needed, (long) slabBytes);
        if (frames > lentFrames && !grants.lend(frames - lentFrames, anyway)) {
            return false;
        }
        if (frames < lentFrames) {
            grants.unlend(lentFrames - frames);
        }
        lentFrames = frames;
        return true;
    }
}
