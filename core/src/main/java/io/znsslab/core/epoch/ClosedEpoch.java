package io.znsslab.core.epoch;

import io.znsslab.core.registry.Registry;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An epoch that takes no more allocations and still has slabs, in either tier: it lives on here while its place in the ring serves another epoch.
 *
 * <p>The list of slab ids is complete when the epoch has been sealed and does not change afterwards. Ids of slabs that have ended are given out again only when
 * the whole epoch has drained, so that an id on the list never names another epoch's slab. Thread-safe once sealed.
 */
public final class ClosedEpoch {
    private static final long HOLD = 1L << 32;

    private final long number;
    private final String label;
    private final long openedMillis;
    private final SlabIdList ids = new SlabIdList();
    private int maxGeneration;
    // slabs + holds << 32; sealing holds the epoch from the start
    private final AtomicLong slabsAndHolds = new AtomicLong(HOLD);

    private final AtomicLong bytesReturned = new AtomicLong();

    private final int index;
    private final int lifetime;

    ClosedEpoch(long number, int index, String label, long openedMillis, int lifetime) {
        this.lifetime = lifetime;
        this.number = number;
        this.index = index;
        this.label = label;
        this.openedMillis = openedMillis;
    }

    /** The epoch's number. */
    public long number() {
        return number;
    }

    /** What the application called it; may be empty. */
    public String label() {
        return label;
    }

    /** When it was opened, in milliseconds since 1970. */
    public long openedMillis() {
        return openedMillis;
    }

    /** What the application said of how long it lives: a code, of no meaning here. */
    public int lifetime() {
        return lifetime;
    }

    /** Slabs that hold live objects, in either tier. */
    public int slabs() {
        return (int) slabsAndHolds.get();
    }

    /** Bytes of it that closing has given back to the operating system. */
    public long bytesReturned() {
        return bytesReturned.get();
    }

    /** Notes that so many more bytes of it have gone back. */
    public void noteReturned(long bytes) {
        bytesReturned.addAndGet(bytes);
    }

    /** Number of slabs the epoch was closed with. */
    public int slabsAtClose() {
        return ids.size();
    }

    /** The id of one of them. */
    public long slabId(int index) {
        return ids.get(index);
    }

    /** A small number by which a cold slab remembers its epoch; another epoch gets it when this one has drained. */
    public int index() {
        return index;
    }

    /** A generation that no slab of the epoch has gone beyond. */
    public int maxGeneration() {
        return maxGeneration;
    }

    long listBytes() {
        return ids.bytes();
    }

    void noteGeneration(int lastGeneration) {
        maxGeneration = Math.max(maxGeneration, lastGeneration);
    }

    void add(long slabId) {
        ids.add(slabId);
        slabsAndHolds.getAndIncrement();
    }

    /** As many calls of {@link #add}. */
    void addAll(long[] slabIds, int count) {
        for (int i = 0; i < count; i++) {
            ids.add(slabIds[i]);
        }
        slabsAndHolds.addAndGet(count);
    }

    /** The list is complete. */
    void sealed() {
        ids.complete();
    }

    /** A slab has ended; true if the epoch has drained by that. */
    boolean endSlab() {
        return slabsAndHolds.decrementAndGet() == 0;
    }

    /** Keeps the epoch from draining; false if it has drained. */
    boolean hold() {
        while (true) {
            long seen = slabsAndHolds.get();
            if (seen == 0) {
                return false;
            }
            if (slabsAndHolds.compareAndSet(seen, seen + HOLD)) {
                return true;
            }
        }
    }

    /** Whether somebody works on the epoch as a whole at this moment. */
    public boolean isHeld() {
        return slabsAndHolds.get() >= HOLD;
    }

    /** Ends a hold; true if the epoch has drained by that. */
    boolean release() {
        return slabsAndHolds.addAndGet(-HOLD) == 0;
    }

    void giveIdsBack(Registry registry) {
        for (int index = 0; index < ids.size(); index++) {
            registry.reuse(slabId(index));
        }
    }
}
