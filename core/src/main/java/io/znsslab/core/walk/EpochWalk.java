package io.znsslab.core.walk;

/**
 * A walk over the live objects of one epoch, in whichever tier they are, in batches as large as the caller likes. Made
 * by {@link io.znsslab.core.SlabAllocator#walk(long)}; for one thread at a time.
 *
 * <p><b>What it shows.</b> A walk is weakly consistent, it stops no other thread:
 *
 * <ul>
 *   <li>Each object that lives from the making of the walk to its end is shown exactly once, whether its slab is
 *       demoted, promoted, relocated or closed meanwhile.
 *   <li>No object is shown that was freed, or whose epoch was discarded, before the walk was made; nor one of which
 *       that had happened before the call of {@link #next} that would show it.
 *   <li>An object that is allocated, freed or discarded meanwhile is shown once or not at all.
 *   <li>The payload is what the object held at a moment during the call of {@link #next}. Writes of other threads to an
 *       object in DRAM are seen as by any reader.
 * </ul>
 *
 * <p><b>Order.</b> Slabs of one size class after the other, in the order of their ids, which is the one in which an
 * epoch's slabs were filled and written; within a slab by address. Images on the device are read ahead: those that the
 * call will need, up to 2 MiB at a time, in the order in which they lie there, with adjacent ones in one transfer. So a
 * large batch reads in large pieces, and a batch of one object reads one slab. Nothing is promoted, and the read cache
 * is left as it is.
 *
 * <p><b>Cost.</b> A walk takes 8 bytes of heap for each slab of the epoch and up to 2 MiB of native memory, which goes
 * with the walk. There is nothing to close. The walk of an open epoch begins with a look at each slab in DRAM.
 */
public interface EpochWalk {
    /** The number of the epoch. */
    long epoch();

    /**
     * Shows the next objects. What the visitor throws is thrown here; the object counts as shown, and the walk may go
     * on.
     *
     * @param most how many at most: 1 or more
     * @return how many were shown; fewer than {@code most} only at the end, and 0 from then on
     * @throws io.znsslab.core.ZnsSlabException if a slab on the device can't be read. The next call goes on behind that
     *     slab, so that a caller who accepts the loss gets all the other objects
     * @throws IllegalStateException if the allocator is closed, or within a visitor of this walk
     */
    int next(int most, ObjectVisitor visitor);

    /**
     * Shows all the objects that are left.
     *
     * @return how many
     * @throws io.znsslab.core.ZnsSlabException as {@link #next}
     */
    default long forEach(ObjectVisitor visitor) {
        long shown = 0;
        int batch = next(Integer.MAX_VALUE, visitor);
        while (batch > 0) {
            shown += batch;
            batch = next(Integer.MAX_VALUE, visitor);
        }
        return shown;
    }

    /** Where the walk stands: a walk from there shows what this one has not shown yet. */
    WalkCursor cursor();
}
