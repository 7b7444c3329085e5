package io.znsslab.tier.demote;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.worker.Inbox;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One batch on its way. Its slabs are assigned to extents by the writing thread; parts end on that thread or the
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
    /** Zone writers that may work on it at a time. */
    final int writersAllowed;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    /** Parts of it in extents that are under way, and one for as long as slabs remain to be assigned. */
    private final AtomicInteger pending = new AtomicInteger(1);

    // Of the writing thread only.
    int next;
    int writers;
    /** Set when no zone is left for its lifetime: then it goes wherever there is room. */
    boolean takenByAnyWriter;
    /** Set when nothing else is left: then it takes what room is left among moved slabs of any generation. */
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

    /** No zone is left for it: how long it has been so in a row. Of the writing thread only, as the next. */
    long waitsForRoom() {
        long now = System.nanoTime();
        if (!waitsForRoom) {
            waitsForRoom = true;
            waitsSinceNanos = now;
        }
        return now - waitsSinceNanos;
    }

    /** It goes on. */
    void foundRoom() {
        waitsForRoom = false;
    }

    void partBegins() {
        pending.incrementAndGet();
    }

    /**
     * A part is handed over, or failed; also called once when no more will be assigned. After the last one the log is
     * asked to acknowledge it, which completes the future.
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

    /** Before the epoch can be acknowledged for another demotion, which has not seen the slabs that this one keeps. */
    private void endBatch() {
        try {
            batch.ended();
        } catch (Throwable e) {
            fail(e);
        }
    }

    /** Tells who waits for it. */
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

    /** Remembers the first failure; the future tells of it once all parts have ended. */
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
