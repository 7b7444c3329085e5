package io.znsslab.core.epoch;

import io.znsslab.core.slab.SlabTransitions;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An epoch that takes no more allocations and still has slabs, in either tier: it lives on here while its place in the
 * ring serves another epoch.
 *
 * <p>The list of slab ids is complete when the epoch has been sealed and does not change afterwards. Ids of slabs that
 * have ended are given out again only when the whole epoch has drained, so that an id on the list never names another
 * epoch's slab. Thread-safe once sealed.
 */
public final class ClosedEpoch {
    private static final long HOLD = 1L << 32;
    private static final VarHandle SLABS_AND_HOLDS = field("slabsAndHolds");
    private static final VarHandle DEMOTIONS_THAT_KEPT = field("demotionsThatKept");
    private static final VarHandle BYTES_RETURNED = field("bytesReturned");

    private final long number;
    private final String label;
    private final long openedMillis;
    private final SlabIdList ids = new SlabIdList();
    private int maxGeneration;
    private volatile boolean complete;
    // slabs + holds << 32; sealing holds the epoch from the start. A field, as the next: there may be millions of
    // epochs
    private volatile long slabsAndHolds = HOLD;
    /** Demotions of the epoch that have left slabs in DRAM. */
    @SuppressWarnings("unused") // by its handle
    private volatile long demotionsThatKept;

    private volatile long bytesReturned;

    private final int index;
    private final int lifetime;
    /** 0 for an epoch of an earlier run. */
    private volatile long closedMillis;

    ClosedEpoch(long number, int index, String label, long openedMillis, int lifetime) {
        this.lifetime = lifetime;
        this.number = number;
        this.index = index;
        this.label = label;
        this.openedMillis = openedMillis;
    }

    private static VarHandle field(String name) {
        try {
            return MethodHandles.lookup().findVarHandle(ClosedEpoch.class, name, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The epoch's number. */
    public long number() {
        return number;
    }

    /** The application's name for it; may be empty. */
    public String label() {
        return label;
    }

    /** When it was opened, in milliseconds since 1970. */
    public long openedMillis() {
        return openedMillis;
    }

    /** When this run closed it, in milliseconds since 1970; 0 if an earlier one did. */
    public long closedMillis() {
        return closedMillis;
    }

    void noteClosed() {
        closedMillis = System.currentTimeMillis();
    }

    /** The code of the application's hint how long it lives, which means nothing here. */
    public int lifetime() {
        return lifetime;
    }

    /** Slabs that hold live objects, in either tier. */
    public int slabs() {
        return (int) slabsAndHolds;
    }

    /** Bytes of it that closing has given back to the operating system. */
    public long bytesReturned() {
        return bytesReturned;
    }

    /** Notes that so many more bytes of it have gone back. */
    public void noteReturned(long bytes) {
        BYTES_RETURNED.getAndAdd(this, bytes);
    }

    /** Number of slabs the epoch was closed with. */
    public int slabsAtClose() {
        return ids.size();
    }

    /** The id of one of the slabs it was closed with. */
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

    /** Makes room for so many slabs. */
    void expect(int slabs) {
        ids.expect(slabs);
    }

    void add(long slabId) {
        ids.add(slabId);
        SLABS_AND_HOLDS.getAndAdd(this, 1L);
    }

    /** Adds the first {@code count} ids. */
    void addAll(long[] slabIds, int count) {
        for (int i = 0; i < count; i++) {
            ids.add(slabIds[i]);
        }
        SLABS_AND_HOLDS.getAndAdd(this, (long) count);
    }

    /** Completes the list of ids. */
    void sealed() {
        ids.complete();
        complete = true;
    }

    /** Whether the list of ids is complete: before that only the closing thread may look at it. */
    public boolean isComplete() {
        return complete;
    }

    /** Counts a slab off that has ended; true if that drained the epoch. */
    boolean endSlab() {
        return (long) SLABS_AND_HOLDS.getAndAdd(this, -1L) == 1;
    }

    /** Keeps the epoch from draining; false if it has drained. */
    boolean hold() {
        while (true) {
            long seen = slabsAndHolds;
            if (seen == 0) {
                return false;
            }
            if (SLABS_AND_HOLDS.compareAndSet(this, seen, seen + HOLD)) {
                return true;
            }
        }
    }

    /** How many demotions of the epoch have left slabs in DRAM so far. */
    public long demotionsThatKept() {
        return demotionsThatKept;
    }

    /** Notes that a demotion is about to leave slabs in DRAM, which no other one could take before. */
    public void noteKept() {
        DEMOTIONS_THAT_KEPT.getAndAdd(this, 1L);
    }

    /** Whether a demotion, a discard or an eviction works on the epoch as a whole at this moment. */
    public boolean isHeld() {
        return slabsAndHolds >= HOLD;
    }

    /** Ends a hold; true if that drained the epoch. */
    boolean release() {
        return (long) SLABS_AND_HOLDS.getAndAdd(this, -HOLD) == HOLD;
    }

    void giveIdsBack(SlabTransitions transitions) {
        for (int index = 0; index < ids.size(); index++) {
            transitions.giveIdBack(slabId(index));
        }
    }
}
