package io.znsslab.core.epoch;

import io.znsslab.core.registry.Registry;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An epoch that takes no more allocations and still has slabs, in either tier: it lives on here while its place in the ring serves another epoch.
 *
 * <p>The list of slab ids is complete when the epoch has been sealed and does not change afterwards. Ids of slabs that have ended are given out again only when
 * the whole epoch has drained, so that an id on the list never names another epoch's slab. Thread-safe once sealed.
 */
public final class ClosedEpoch {
    private final long number;
    private final String label;
    private final long openedMillis;
    private int[] ids = new int[16];
    private int idCount;
    private int maxGeneration;
    // One more than there are slabs until the epoch is sealed, so that it can't drain before.
    private final AtomicInteger slabs = new AtomicInteger(1);

    private final int index;

    ClosedEpoch(long number, int index, String label, long openedMillis) {
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

    /** Slabs that hold live objects, in either tier. */
    public int slabs() {
        return slabs.get();
    }

    /** Number of slabs the epoch was closed with. */
    public int slabsAtClose() {
        return idCount;
    }

    /** The id of one of them. */
    public long slabId(int index) {
        return Integer.toUnsignedLong(ids[index]);
    }

    /** A small number by which a cold slab remembers its epoch; another epoch gets it when this one has drained. */
    public int index() {
        return index;
    }

    /** A generation that no slab of the epoch has gone beyond. */
    public int maxGeneration() {
        return maxGeneration;
    }

    void noteGeneration(int lastGeneration) {
        maxGeneration = Math.max(maxGeneration, lastGeneration);
    }

    void add(long slabId) {
        if (idCount == ids.length) {
            ids = Arrays.copyOf(ids, idCount * 2);
        }
        ids[idCount++] = (int) slabId;
        slabs.getAndIncrement();
    }

    /** A slab, or the sealing, has ended; true for the last. */
    boolean endOne() {
        return slabs.decrementAndGet() == 0;
    }

    void giveIdsBack(Registry registry) {
        for (int index = 0; index < idCount; index++) {
            registry.reuse(slabId(index));
        }
    }
}
