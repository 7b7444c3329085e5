package io.znsslab.core.cold;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link ColdTier} asks of the allocator above it: where slabs are and what lives in them.
 *
 * <p>Thread-safe. A question about a slab that is moving between the tiers waits until the slab has settled, so the
 * thread that hands over slabs ({@link SlabBatch#demoted}) or completes a read must not ask while it does so. Once
 * {@link ColdTier#close} has returned, questions about slabs throw {@link IllegalStateException}, and so does
 * {@link #evictOldestEpoch} from when the allocator has come to rest, which is before {@link ColdTier#close} is called.
 */
public interface ColdSlabs {
    /** The shape of all slabs. */
    SlabShape shape();

    /**
     * Bytes of memory that slabs in DRAM may use at most, so that a tier can bound by it what it lets wait there; does
     * not change.
     */
    default long limitBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Whether the image of the slab with that id is at that location at this moment: either the slab is cold there, or
     * it was promoted from there and lives in DRAM, with the image to fall back on.
     */
    boolean hasImageAt(long slabId, long location);

    /**
     * Which slots of a slab with an image hold live objects.
     *
     * @param into receives one bit a slot, at least four words
     * @return the number of live objects; 0 if the slab is dead
     */
    int liveSlots(long slabId, long[] into);

    /**
     * Notes that the tier has written a slab's image to another location, where it is from now on. The allocator does
     * not release the old location; reads of it that began before may still be under way.
     *
     * @return false when the image is not at {@code from} any more, since the slab has died or was written anew; then
     *     the allocator has forgotten {@code to}, which the tier may use again at once
     */
    boolean relocated(long slabId, long from, long to);

    /**
     * Drops the oldest epoch that has slabs on the tier, whole, as a discard does: for a tier that is full and was
     * configured to make room that way. An epoch that is being demoted or discarded at the time is passed over. The
     * epoch's images are released before this returns. Takes as long as a grace period and a look at every slab of the
     * closed epochs; a thread that reads slabs or hands them over must not call it.
     *
     * @return the number of slabs that were dropped; 0 when there was no such epoch
     */
    int evictOldestEpoch();

    /** Receives what the tier holds of earlier runs. Only within {@link ColdTier#attach}. */
    ColdRestoration restoration();

    /**
     * Describes a slab with an image. Each later change is reported by {@link ColdTier#changed} or
     * {@link ColdTier#release}, or is the tier's own doing.
     *
     * @return false if no slab of that id has an image
     */
    boolean describe(long slabId, ColdImage into);

    /**
     * A closed epoch that has slabs, in either tier; null if no such epoch has that number. When it is to be discarded
     * may change later, which {@link ColdTier#epochChanged} reports.
     */
    @Nullable
    ColdEpoch epoch(long number);

    /** A cursor over all slabs with an image. It may be used as long as this may. */
    ColdImageCursor images();

    /** The first slab id that was never issued. Only once the allocator has come to rest. */
    long nextSlabId();

    /** The first epoch that was never opened. Only once the allocator has come to rest. */
    long nextEpoch();

    /**
     * The generation from which an id without an image can be used again, 2<sup>24</sup> if all are used up; 0 if the
     * id has an image, or this run has not used it. Only once the allocator has come to rest.
     */
    int nextGeneration(long slabId);
}
