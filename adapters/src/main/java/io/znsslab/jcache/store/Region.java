package io.znsslab.jcache.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One epoch of a cache: what was written to it, and what of that is still of use. Thread-safe. */
final class Region {
    /** The epoch's number. */
    final long epoch;

    private final Shelf<?> shelf;
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong liveBytes = new AtomicLong();
    private final AtomicInteger pins = new AtomicInteger();
    private final AtomicLong lastExpiry = new AtomicLong(Long.MIN_VALUE);
    // under its monitor: the keys that were written, in that order, some of which are elsewhere by now
    private final List<Object> keys = new ArrayList<>();
    private volatile boolean closed;
    private volatile boolean dropped;
    /** Opens once those of its entries that live on are elsewhere. */
    private final CountDownLatch settled = new CountDownLatch(1);

    Region(long epoch, Shelf<?> shelf) {
        this.epoch = epoch;
        this.shelf = shelf;
    }

    Shelf<?> shelf() {
        return shelf;
    }

    /** Counts an entry before it is written: until it is freed, the region is not taken for empty. */
    void add(long bytes, long expiry) {
        noteExpiry(expiry);
        liveBytes.addAndGet(bytes);
        writtenBytes.addAndGet(bytes);
    }

    /** The entry was freed. */
    void subtract(long bytes) {
        liveBytes.addAndGet(-bytes);
    }

    /** The entry was not written after all. */
    void retract(long bytes) {
        liveBytes.addAndGet(-bytes);
        writtenBytes.addAndGet(-bytes);
    }

    /** An entry is being written, which the index does not have yet: the region is not to be dropped. */
    void pin() {
        pins.incrementAndGet();
    }

    void unpin() {
        pins.decrementAndGet();
    }

    /**
     * Whether it takes no more entries, and the index has those that it took. The epoch of a closed region takes none,
     * so a pin that comes later is of an entry that is going to be written elsewhere.
     */
    boolean isComplete() {
        return closed && pins.get() == 0;
    }

    /** The entry of that key was written. */
    void note(Object key) {
        synchronized (keys) {
            keys.add(key);
        }
    }

    /** An entry lives that long. */
    void noteExpiry(long expiry) {
        if (lastExpiry.get() < expiry) {
            lastExpiry.accumulateAndGet(expiry, Math::max);
        }
    }

    /** A copy: others may be added meanwhile. */
    List<Object> keys() {
        synchronized (keys) {
            return new ArrayList<>(keys);
        }
    }

    long writtenBytes() {
        return writtenBytes.get();
    }

    /** Whether no more than a third of what was written is of use. */
    boolean isMostlyDead() {
        return liveBytes.get() <= writtenBytes.get() / 3;
    }

    /** Whether all its entries have expired. */
    boolean isOver(long now) {
        return lastExpiry.get() <= now;
    }

    boolean isClosed() {
        return closed;
    }

    void setClosed() {
        closed = true;
    }

    /** Whether its entries are gone. */
    boolean isDropped() {
        return dropped;
    }

    /** Drops it; false if it was dropped before. */
    boolean drop() {
        synchronized (this) {
            boolean first = !dropped;
            dropped = true;
            return first;
        }
    }

    /** All is done that follows from dropping it. */
    void settle() {
        settled.countDown();
    }

    /** Waits for that, which takes no longer than writing some entries. The region is dropped. */
    void awaitSettled() {
        boolean interrupted = false;
        while (settled.getCount() > 0) {
            try {
                settled.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
