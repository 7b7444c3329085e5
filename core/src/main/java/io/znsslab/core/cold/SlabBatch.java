package io.znsslab.core.cold;

import io.znsslab.core.Lifetime;
import java.lang.foreign.MemorySegment;

/**
 * The live slabs of one closed epoch on their way to the cold tier, by index from 0 to {@code size() - 1}.
 *
 * <p>No object is allocated in them any more. Objects may be freed meanwhile, which changes only the first eight bytes
 * of a slot. Any thread may call; no two calls of {@link #demoted} may cover the same slab.
 */
public interface SlabBatch {
    /** The number of the epoch. */
    long epoch();

    /** How long it is expected to live. */
    default Lifetime lifetime() {
        return Lifetime.UNSTATED;
    }

    /** Number of slabs. */
    int size();

    /** The slab's id, by which handles name it. */
    long slabId(int index);

    /** The slab's size class, or {@link SlabShape#packedClass()}. */
    int sizeClass(int index);

    /** The generation below which handles to this slab are stale. */
    int baseGeneration(int index);

    /** The highest generation issued in this slab so far: it must never be issued again, not after a restart either. */
    int lastGeneration(int index);

    /**
     * The slab's bytes, read-only; the first {@link SlabShape#headerBytes()} mean nothing. Valid until the slab is
     * handed over.
     */
    MemorySegment page(int index);

    /**
     * Which slots hold live objects; an object that is being freed may still count.
     *
     * @param into receives one bit a slot, at least four words
     * @return the number of live objects
     */
    int liveSlots(int index, long[] into);

    /**
     * Hands over the slabs from {@code from} to {@code to - 1}, which are durable at {@code locations[0 .. to - from -
     * 1]}. When this returns, their handles resolve from the tier and their memory has gone back.
     *
     * @throws IllegalStateException if the allocator has come to rest: then nothing was changed
     */
    void demoted(int from, int to, long[] locations);

    /**
     * Ends the hand-over: slabs that were not handed over stay in DRAM, and another demotion of the epoch may take
     * them. Called before the batch's future completes, and before the tier records that the epoch is on it as a whole:
     * a later demotion must not find slabs missing that this one has failed with. May be called again; must not wait.
     */
    default void ended() {}
}
