package io.znsslab.core.cold;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A second tier below DRAM, to which whole slabs move and from which they are read back.
 *
 * <p>Any thread may call any method. A tier may complete its futures, and call listeners, on any thread: users get the
 * outcomes on threads of the allocator, but for {@link io.znsslab.core.ReadListener}. A <em>location</em> is a place on
 * the tier, in units of 4,096 bytes, from 1 to 2<sup>32</sup> − 1.
 *
 * <p>A slab's image stays at its location until it is released or relocated, also while the slab is in DRAM again after
 * having been promoted.
 *
 * <p>A method may throw anything, and a future may fail with anything, errors included: the operation that waits for
 * the outcome fails with it, and the slabs in question stay what they were. What {@link #release} and {@link #changed}
 * throw is logged, since what they report has happened by then.
 *
 * <p>An outcome that comes twice counts once; the second is logged where it came to a listener. What a tier has not
 * ended when it is closed fails then.
 */
public interface ColdTier extends AutoCloseable {
    /**
     * Called once, before any other method but {@link #memory}, while the allocator is built.
     *
     * @throws ZnsSlabException if this tier can't hold slabs of that shape
     */
    void attach(ColdSlabs slabs);

    /**
     * What memory off the heap the tier takes for itself at most while it is attached to an allocator of such slabs, so
     * that {@link io.znsslab.core.SlabAllocatorBuilder#memoryLimit} can count it. May be called before {@link #attach}.
     * What an opening takes for the moment, to find what earlier runs have left, is not part of it.
     */
    default TierMemory memory(SlabShape shape) {
        return TierMemory.NONE;
    }

    /**
     * Writes every slab of the batch and hands each over by {@link SlabBatch#demoted} once it is durable.
     *
     * <p>Returns at once, or after a while where the tier can take no more for the moment (back-pressure). The future
     * completes when all slabs are durable and handed over; it fails when some could not be written, and those stay
     * resident: nothing is lost.
     */
    CompletableFuture<Void> demote(SlabBatch batch);

    /**
     * Reads the slab at {@code location} into {@code destination}, whose size is one slab, after checking that it is
     * that slab and undamaged. The future fails, and the destination's bytes mean nothing, when it is not. Returns
     * without waiting for the device.
     */
    CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination);

    /** Receives the outcomes of reads, each of which it knows by a ticket. */
    @FunctionalInterface
    interface TicketListener {
        /**
         * The read of that ticket is over; for the rest as {@link Listener#readEnded}.
         *
         * @param ticket as it was given with the read
         */
        void readEnded(long ticket, @Nullable RuntimeException failure);
    }

    /**
     * As {@link #read(long, int, long, MemorySegment)}, with a listener in place of the future. The allocator reads by
     * this one.
     *
     * <p>One listener serves many reads, one after the other, so a tier that implements this method can read without
     * allocating anything. A tier that ends a read a second time, maybe long afterwards, passes a ticket that is not
     * valid any more, and harms no other read. The default makes a {@link Listener} for each read.
     */
    default void read(
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            long ticket,
            TicketListener listener) {
        read(slabId, sizeClass, location, destination, failure -> listener.readEnded(ticket, failure));
    }

    /** Receives the outcome of a read. */
    @FunctionalInterface
    interface Listener {
        /**
         * The read is over. Called once, by a thread of the tier or the one that began the read; must not wait, may
         * begin another read. Throws nothing.
         *
         * @param failure null when the slab is in its destination
         */
        void readEnded(@Nullable RuntimeException failure);
    }

    /** As {@link #read(long, int, long, MemorySegment)}, with a listener of this one read in place of the future. */
    default void read(long slabId, int sizeClass, long location, MemorySegment destination, Listener listener) {
        var _ = read(slabId, sizeClass, location, destination).whenComplete((nothing, failure) -> {
            listener.readEnded(failure == null ? null : Failures.asRuntimeException(Failures.reason(failure)));
        });
    }

    /**
     * As {@link #read(long, int, long, MemorySegment)}, and returns when the slab is read. For a thread that would wait
     * anyway: a tier may let the thread do the reading itself, which saves two hand-overs between threads, and spares
     * it from waiting for what listeners of other reads do.
     *
     * @throws ZnsSlabException if the slab can't be read
     */
    default void readNow(long slabId, int sizeClass, long location, MemorySegment destination) {
        try {
            read(slabId, sizeClass, location, destination).join();
        } catch (CompletionException e) {
            throw Failures.rethrown(e);
        }
    }

    /**
     * As {@link #readNow}, for a caller that leaves the slab on the tier and may read it again: a tier may keep the
     * bytes in a cache. Where the slab has left the location since the caller looked, the bytes may be those that were
     * there before.
     */
    default void readThrough(long slabId, int sizeClass, long location, MemorySegment destination) {
        readNow(slabId, sizeClass, location, destination);
    }

    /**
     * Reads several slabs, and returns when all reads are over: for a caller that goes through many slabs once, and
     * leaves them on the tier. The arrays are alike long, and the locations ascend, so that a tier may read adjacent
     * images by one transfer. The default reads them at the same time by {@link #read(long, int, long, MemorySegment)}.
     *
     * @param destination the image of {@code slabIds[i]} goes to {@code i} times the bytes of a slab
     * @param failures receives at {@code i} why that slab can't be read; null where it was read
     */
    default void readAll(
            long[] slabIds,
            int[] sizeClasses,
            long[] locations,
            MemorySegment destination,
            @Nullable Throwable[] failures) {
        long slabBytes = destination.byteSize() / slabIds.length;
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        for (int i = 0; i < slabIds.length; i++) {
            CompletableFuture<Void> read;
            try {
                read = read(slabIds[i], sizeClasses[i], locations[i], destination.asSlice(i * slabBytes, slabBytes));
            } catch (Throwable e) {
                read = CompletableFuture.failedFuture(e);
            }
            reads.add(read);
        }
        for (int i = 0; i < slabIds.length; i++) {
            try {
                reads.get(i).join();
                failures[i] = null;
            } catch (Throwable e) {
                failures[i] = Failures.reason(e);
            }
        }
    }

    /** The image at {@code location} will not be read again: the slab is dead, or was written anew. */
    void release(long slabId, long location);

    /**
     * An object was freed, or a slab ended, so that what {@link ColdSlabs#describe} says of the slab has changed.
     * Called after the change; must not wait.
     */
    default void changed(long slabId) {}

    /**
     * What {@link ColdSlabs#epoch} says of a closed epoch has changed: when it is to be discarded. Called after the
     * change; must not wait. A tier that does not keep the time over a restart has nothing to do.
     */
    default void epochChanged(long epoch) {}

    /**
     * The root: bytes that the application keeps with the store, as {@link #root(byte[])} set them last, in this run or
     * an earlier one; none if it never did. The caller may change the array.
     */
    default byte[] root() {
        return new byte[0];
    }

    /**
     * Sets the root: 0 to 4,096 bytes, of which the tier makes a copy. Must not wait. Durable as a whole once a
     * {@link #sync} is that begins later; before that the one before it is, or this one.
     *
     * @throws ZnsSlabException if this tier keeps no root
     */
    default void root(byte[] bytes) {
        throw new ZnsSlabException("a root can't be set: the cold tier %s keeps none"
                .formatted(getClass().getName()));
    }

    /**
     * Makes durable what has happened to objects on this tier, and the {@linkplain #root(byte[]) root}: when the future
     * completes, each of {@link #changed}, {@link #epochChanged}, {@link #release} and setting the root that returned
     * before the call survives a restart.
     */
    default CompletableFuture<Void> sync() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Makes durable that slab ids from {@code wanted} on may be issued, before the first of them is. May wait.
     *
     * @return a bound above {@code wanted}, below which ids may be issued now
     * @throws ZnsSlabException if that can't be made durable
     */
    default long reserveSlabIds(long wanted) {
        return Long.MAX_VALUE;
    }

    /**
     * Slab ids from {@code wanted} on are going to be reserved soon: a tier may begin to make that durable. Must not
     * wait.
     */
    default void expectSlabIds(long wanted) {}

    /**
     * The bound below which generations may be issued under any slab id; 2<sup>24</sup> for all. It only grows. Does
     * not wait.
     */
    default int generationBound() {
        return 1 << 24;
    }

    /**
     * Makes durable that a generation at or above {@link #generationBound} may be issued under a slab id, before it is.
     * May wait.
     *
     * @return a bound above {@code generation}, at most 2<sup>24</sup>, below which generations may be issued under
     *     that id
     * @throws ZnsSlabException if that can't be made durable
     */
    default int reserveGenerations(long slabId, int generation) {
        return 1 << 24;
    }

    /**
     * That generation of that slab id is going to be reserved soon: a tier may begin to make that durable. Must not
     * wait.
     */
    default void expectGenerations(long slabId, int generation) {}

    /** As {@link #reserveSlabIds}, for numbers of epochs. */
    default long reserveEpochs(long wanted) {
        return Long.MAX_VALUE;
    }

    /**
     * Finishes demotions and reads under way; later ones fail. When this returns, no slab is being read into the
     * allocator's memory. {@link #changed} and {@link #release} may still be called, until {@link #close}.
     */
    default void finish() {}

    /**
     * Gives up what the tier holds, after the allocator has come to rest: what {@link ColdSlabs} answers changes no
     * more.
     */
    @Override
    void close();
}
