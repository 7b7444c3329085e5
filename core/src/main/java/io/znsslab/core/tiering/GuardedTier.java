package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The user's tier as the allocator calls it. A call for a future always returns one, which fails with whatever the call
 * threw, errors included. A notification throws nothing, since the change that it reports has happened: its failure is
 * logged.
 *
 * <p>Thread-safe, as the tier is.
 */
public final class GuardedTier implements ColdTier {
    private static final System.Logger LOGGER = System.getLogger(GuardedTier.class.getName());

    private final ColdTier tier;

    GuardedTier(ColdTier tier) {
        this.tier = tier;
    }

    @Override
    public void attach(ColdSlabs slabs) {
        tier.attach(slabs);
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        return futureOf("demote", () -> tier.demote(batch));
    }

    @Override
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        return futureOf("read", () -> tier.read(slabId, sizeClass, location, destination));
    }

    @Override
    public void read(long slabId, int sizeClass, long location, MemorySegment destination, Listener listener) {
        try {
            tier.read(slabId, sizeClass, location, destination, listener);
        } catch (Throwable e) {
            listener.readEnded(Failures.asRuntimeException(e));
        }
    }

    @Override
    public void readNow(long slabId, int sizeClass, long location, MemorySegment destination) {
        tier.readNow(slabId, sizeClass, location, destination);
    }

    @Override
    public void readThrough(long slabId, int sizeClass, long location, MemorySegment destination) {
        tier.readThrough(slabId, sizeClass, location, destination);
    }

    @Override
    public void release(long slabId, long location) {
        logged(() -> tier.release(slabId, location), () -> "the release of slab " + slabId + " at " + location);
    }

    @Override
    public void changed(long slabId) {
        logged(() -> tier.changed(slabId), () -> "a change of slab " + slabId);
    }

    @Override
    public CompletableFuture<Void> sync() {
        return futureOf("sync", tier::sync);
    }

    @Override
    public long reserveSlabIds(long wanted) {
        return tier.reserveSlabIds(wanted);
    }

    @Override
    public void expectSlabIds(long wanted) {
        logged(() -> tier.expectSlabIds(wanted), () -> "the announcement of slab id " + wanted);
    }

    @Override
    public int generationBound() {
        return tier.generationBound();
    }

    @Override
    public int reserveGenerations(long slabId, int generation) {
        return tier.reserveGenerations(slabId, generation);
    }

    @Override
    public void expectGenerations(long slabId, int generation) {
        logged(
                () -> tier.expectGenerations(slabId, generation),
                () -> "the announcement of generation " + generation + " of slab id " + slabId);
    }

    @Override
    public long reserveEpochs(long wanted) {
        return tier.reserveEpochs(wanted);
    }

    @Override
    public void finish() {
        tier.finish();
    }

    @Override
    public void close() {
        tier.close();
    }

    private CompletableFuture<Void> futureOf(String method, Supplier<CompletableFuture<Void>> call) {
        try {
            CompletableFuture<Void> future = call.get();
            return future != null
                    ? future
                    : CompletableFuture.failedFuture(
                            new ZnsSlabException("the cold tier %s answered %s() without a future"
                                    .formatted(tier.getClass().getName(), method)));
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void logged(Runnable notification, Supplier<String> attempt) {
        try {
            notification.run();
        } catch (Throwable e) {
            LOGGER.log(System.Logger.Level.ERROR, () -> "the cold tier failed at " + attempt.get(), e);
        }
    }
}
