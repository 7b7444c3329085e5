package io.znsslab.core;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A second tier below DRAM, to which whole slabs move and from which they are read back.
 *
 * <p>Any thread may call any method. A <em>location</em> is a place on the tier, in units of 4,096 bytes, from 1 to 2<sup>32</sup> − 1.
 *
 * <p>A slab's image stays at its location until it is released or relocated, also while the slab is in DRAM again after having been promoted.
 */
public interface ColdTier extends AutoCloseable {
    /**
     * Called once, before any other method, while the allocator is built.
     *
     * @throws ZnsSlabException if this tier can't hold slabs of that shape
     */
    void attach(ColdSlabs slabs);

    /**
     * Writes every slab of the batch and hands each over by {@link SlabBatch#demoted} once it is durable.
     *
     * <p>Returns at once, or after a while where the tier can take no more for the moment (back-pressure). The future completes
     * when all slabs are durable and handed over; it fails when some could not be written, and those stay resident: nothing is lost.
     */
    CompletableFuture<Void> demote(SlabBatch batch);

    /**
     * Reads the slab at {@code location} into {@code destination}, whose size is one slab, after checking that it is that slab and
     * undamaged. The future fails, and the destination's bytes mean nothing, when it is not.
     */
    CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination);

    /**
     * Does what {@link #read} does, and returns when it is done. For a thread that would wait anyway: a tier may let it do the reading itself, which saves two hand-overs between threads, and
     * does not wait for what other threads do with what they read.
     *
     * @throws ZnsSlabException if the slab can't be read
     */
    default void readNow(long slabId, int sizeClass, long location, MemorySegment destination) {
        try {
            read(slabId, sizeClass, location, destination).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * As {@link #readNow}, for a caller that leaves the slab where it is and may come again: a tier may keep what it read. Where the slab has gone elsewhere since the caller looked, what is read may be what
     * was there before.
     */
    default void readThrough(long slabId, int sizeClass, long location, MemorySegment destination) {
        readNow(slabId, sizeClass, location, destination);
    }

    /** The image at {@code location} will not be read again: the slab is dead, or was written anew. */
    void release(long slabId, long location);

    /** Ends the tier's work and gives up what it holds; demotions under way are finished first. */
    @Override
    void close();
}
