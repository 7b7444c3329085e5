package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.worker.Inbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One batch being written. The writer thread assigns its slabs to extents; its parts end on that thread or the
 * completion thread.
 */
final class DemotedBatch implements Inbox.Message<DemotedBatch> {
    final SlabBatch batch;
    /** Null unless the slabs come from another zone. */
    final RelocatedSlabs relocated;

    private final long startedNanos = System.nanoTime();
    private final DemotionCounters counters;
    private final Acknowledgements acknowledgements;
    final CompletableFuture<Void> future = new CompletableFuture<>();
    /** Most zone writers that may work on the batch at a time. */
    final int writersAllowed;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    /** Parts of the batch in extents that have not ended, plus one as long as slabs remain to be assigned. */
    private final AtomicInteger pending = new AtomicInteger(1);

    // The following fields belong to the writer thread.
    int next;
    int writers;
    /** Set when no zone is left for the batch's lifetime: then any zone writer may take it. */
    boolean takenByAnyWriter;
    /** Set when no other space is left: then the batch may fill zones of relocated slabs of any generation. */
    boolean takenByWritersOfRelocations;

    /** Null for a relocation. */
    private final Acknowledgements.Group group;

    private DemotedBatch following;
    private boolean waitsForRoom;
    private long waitsSinceNanos;

    DemotedBatch(SlabBatch batch, int writersAllowed, DemotionCounters counters, Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
        this.batch = batch;
        this.counters = counters;
        relocated = batch instanceof RelocatedSlabs slabs ? slabs : null;
        this.writersAllowed = writersAllowed;
        group = relocated == null ? acknowledgements.begin(batch.epoch()) : null;
    }

    /** Whether slabs remain that could be assigned. */
    boolean hasMore() {
        return next < batch.size() && failure.get() == null;
    }

    boolean isRelocation() {
        return relocated != null;
    }

    Lifetime lifetime() {
        return batch.lifetime();
    }

    long epochOf(int index) {
        return relocated != null ? relocated.epoch(index) : batch.epoch();
    }

    /**
     * Notes that no zone is left for the batch. Returns for how many nanoseconds that has been so without a break. For
     * the writer thread, as is the next method.
     */
    long waitsForRoom() {
        long now = System.nanoTime();
        if (!waitsForRoom) {
            waitsForRoom = true;
            waitsSinceNanos = now;
        }
        return now - waitsSinceNanos;
    }

    /** Notes that the batch found a zone. */
    void foundRoom() {
        waitsForRoom = false;
    }

    void partBegins() {
        pending.incrementAndGet();
    }

    /**
     * Ends a part, which was reported to its owner or failed; also called once when no more slabs will be assigned.
     * After the last part the log is asked to acknowledge the batch, which completes the future.
     */
    void partEnds() {
        if (pending.decrementAndGet() == 0) {
            Throwable cause = failure.get();
            if (isRelocation()) {
                complete(cause);
            } else {
                endBatch();
                acknowledgements.end(this, group, failure.get());
            }
        }
    }

    /**
     * Called before the epoch can be acknowledged for another demotion, which does not know of the slabs that this one
     * keeps in DRAM.
     */
    private void endBatch() {
        try {
            batch.ended();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Completes the future. */
    void complete(Throwable cause) {
        if (cause == null) {
            if (!isRelocation()) {
                counters.demotionLatency.record(System.nanoTime() - startedNanos);
            }
            future.complete(null);
        } else {
            future.completeExceptionally(cause);
        }
    }

    /** Records the first failure; the future completes with it once all parts have ended. */
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    @Override
    public DemotedBatch next() {
        return following;
    }

    @Override
    public void next(DemotedBatch demotion) {
        following = demotion;
    }
}
