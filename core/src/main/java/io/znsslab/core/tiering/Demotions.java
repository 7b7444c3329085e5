package io.znsslab.core.tiering;

import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.AgentRunner;
import io.znsslab.core.worker.Completions;
import io.znsslab.core.worker.GuardedFuture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Begins what writes slabs to the tier: demotions, after which they are cold, and the writing back of slabs that have
 * changed in DRAM, which stay there. Of one epoch either a writing back is under way or demotions are, so that no
 * demotion finds slabs claimed which then stay in DRAM. Thread-safe.
 */
final class Demotions {
    private final SlabStore store;
    private final GuardedTier tier;
    /** Held while slabs are claimed, never while the tier writes. */
    private final ReentrantLock claiming = new ReentrantLock();
    /** By epoch; guarded by the lock. */
    private final Map<Long, CompletableFuture<Void>> writingBack = new HashMap<>();

    Demotions(SlabStore store, GuardedTier tier) {
        this.store = store;
        this.tier = tier;
    }

    /** See {@link ColdObjects#demote}. */
    CompletableFuture<EpochDemotion.Result> demote(ClosedEpoch epoch) {
        EpochDemotion demotion;
        claiming.lock();
        try {
            CompletableFuture<Void> writing = writingBack.get(epoch.number());
            if (writing != null) {
                return afterwards(writing, () -> demote(epoch));
            }
            demotion = store.operations.call(() -> EpochDemotion.claim(store, tier, epoch));
        } finally {
            claiming.unlock();
        }
        store.operations.call(demotion::dropUnchanged);
        // Also without a slab: what an earlier demotion of the epoch has taken may not be acknowledged yet.
        GuardedFuture<EpochDemotion.Result> result = new GuardedFuture<>();
        Thread beginner = Thread.currentThread();
        var _ = write(demotion)
                .whenComplete((_, failure) -> store.completions.continueFor(beginner, () -> {
                    Throwable reason = keepTheRest(demotion, failure);
                    Completions.complete(result, demotion.result(), reason);
                }));
        return result;
    }

    private <T> CompletableFuture<T> afterwards(
            CompletableFuture<Void> writing, Supplier<CompletableFuture<T>> action) {
        return writing.handle((_, _) -> action).thenComposeAsync(Supplier::get, store.completions);
    }

    /** A tier under pressure has its callers wait, which its own threads must not: for these another thread calls. */
    private CompletableFuture<Void> write(SlabBatch batch) {
        if (!AgentRunner.isOnAgentThread()) {
            return tier.demote(batch);
        }
        CompletableFuture<Void> written = new CompletableFuture<>();
        store.completions.execute(() -> {
            var _ = tier.demote(batch).whenComplete((_, failure) -> Completions.complete(written, null, failure));
        });
        return written;
    }

    /** Why the demotion has failed; null if it has not. */
    private @Nullable Throwable keepTheRest(EpochDemotion demotion, @Nullable Throwable failure) {
        try {
            var _ = store.operations.tryRun(demotion::keepTheRest);
            return failure;
        } catch (Throwable e) {
            return failure == null ? e : failure;
        }
    }

    /** Makes durable what happened on the tier so far; promoted slabs that have changed are written before. */
    CompletableFuture<Void> sync() {
        List<CompletableFuture<Void>> writings = new ArrayList<>();
        for (long epoch : store.operations.call(this::epochsWithChanges)) {
            writings.add(writeBack(epoch));
        }
        if (writings.isEmpty()) {
            return store.completions.handOut(tier.sync());
        }
        CompletableFuture<Void> written = CompletableFuture.allOf(writings.toArray(CompletableFuture[]::new));
        // What was freed is made durable also where something could not be written.
        return store.completions.handOut(written.handle((_, _) -> tier)
                .thenCompose(GuardedTier::sync)
                .<Void, Void>thenCombine(written, (_, _) -> null));
    }

    /** Closed epochs of which a promoted slab seems to have changed. */
    private Set<Long> epochsWithChanges() {
        Set<Long> epochs = new HashSet<>();
        if (store.coldCounters.slabsPromoted.sum() == 0) {
            return epochs;
        }
        for (int sizeClass = 0; sizeClass < store.geometry.classes(); sizeClass++) {
            int first = store.arena.firstFrame(sizeClass);
            for (int frame = first; frame < first + store.arena.framesEverUsed(sizeClass); frame++) {
                if (WriteBack.isWorthALook(store, frame)) {
                    epochs.add(store.table.lopEpoch(frame));
                }
            }
        }
        return epochs;
    }

    /** Writes what has changed of an epoch; completes when it is durable. */
    private CompletableFuture<Void> writeBack(long number) {
        ClosedEpoch epoch = store.operations.call(() -> store.closedEpochs.hold(number));
        if (epoch == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> earlier;
        WriteBack batch = null;
        claiming.lock();
        try {
            earlier = writingBack.get(number);
            if (earlier == null) {
                batch = store.operations.call(() -> WriteBack.claim(store, tier, epoch));
            }
            if (batch != null) {
                writingBack.put(number, done);
            }
        } finally {
            claiming.unlock();
            if (batch == null) {
                var _ = store.operations.tryRun(() -> store.closedEpochs.release(epoch));
            }
        }
        if (batch != null) {
            write(epoch, batch, done);
            return done;
        }
        // An earlier one may have copied the bytes before this caller changed them.
        return earlier == null ? CompletableFuture.completedFuture(null) : afterwards(earlier, () -> writeBack(number));
    }

    private void write(ClosedEpoch epoch, WriteBack batch, CompletableFuture<Void> done) {
        Thread beginner = Thread.currentThread();
        var _ = write(batch)
                .whenComplete((_, failure) -> store.completions.continueFor(beginner, () -> {
                    batch.ended();
                    claiming.lock();
                    try {
                        writingBack.remove(epoch.number());
                    } finally {
                        claiming.unlock();
                    }
                    var _ = store.operations.tryRun(() -> store.closedEpochs.release(epoch));
                    Completions.complete(done, null, failure);
                }));
    }
}
