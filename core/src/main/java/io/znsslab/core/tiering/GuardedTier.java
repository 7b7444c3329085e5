package io.znsslab.core.tiering;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The user's tier as the allocator calls it. A call for a future always returns one, which fails with whatever the call
 * threw, errors included, or because the tier ended without completing its own. A notification throws nothing, since
 * the change that it reports has happened: its failure is logged.
 *
 * <p>Thread-safe, as the tier is.
 */
public final class GuardedTier implements ColdTier {
    private static final System.Logger LOGGER = System.getLogger(GuardedTier.class.getName());

    /**
     * How long a future may be open after the method that ends what is under way has returned: a tier may complete it
     * on another thread.
     */
    private static final long GRACE_MILLIS = 10_000;

    private final ColdTier tier;
    private final boolean readsNow;
    private final boolean readsThrough;
    private final boolean readsAll;
    private final Executor completions;
    private final Executor afterGrace;
    private final OpenFutures demotions;
    private final OpenFutures reads;
    private final OpenFutures syncs;

    /** @param completions completes the futures that the tier leaves open */
    GuardedTier(ColdTier tier, Executor completions) {
        this(tier, completions, GRACE_MILLIS);
    }

    GuardedTier(ColdTier tier, Executor completions, long graceMillis) {
        this.tier = tier;
        Class<?>[] oneSlab = {long.class, int.class, long.class, MemorySegment.class};
        this.readsNow = overrides(tier, "readNow", oneSlab);
        this.readsThrough = overrides(tier, "readThrough", oneSlab);
        this.readsAll = overrides(
                tier, "readAll", long[].class, int[].class, long[].class, MemorySegment.class, Throwable[].class);
        this.completions = completions;
        this.afterGrace = CompletableFuture.delayedExecutor(graceMillis, TimeUnit.MILLISECONDS, completions);
        String name = tier.getClass().getName();
        this.demotions = new OpenFutures("demote", name);
        this.reads = new OpenFutures("read", name);
        this.syncs = new OpenFutures("sync", name);
    }

    @Override
    public void attach(ColdSlabs slabs) {
        tier.attach(slabs);
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        return ask(demotions, () -> tier.demote(batch));
    }

    @Override
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        return ask(reads, () -> tier.read(slabId, sizeClass, location, destination));
    }

    @Override
    public void read(
            long slabId,
            int sizeClass,
            long location,
            MemorySegment destination,
            long ticket,
            TicketListener listener) {
        try {
            tier.read(slabId, sizeClass, location, destination, ticket, listener);
        } catch (Throwable e) {
            listener.readEnded(ticket, Failures.asRuntimeException(e));
        }
    }

    @Override
    public void readNow(long slabId, int sizeClass, long location, MemorySegment destination) {
        if (readsNow) {
            tier.readNow(slabId, sizeClass, location, destination);
        } else {
            // as the tier would, but waits for a future that is completed in any case
            ColdTier.super.readNow(slabId, sizeClass, location, destination);
        }
    }

    @Override
    public void readThrough(long slabId, int sizeClass, long location, MemorySegment destination) {
        if (readsThrough) {
            tier.readThrough(slabId, sizeClass, location, destination);
        } else {
            readNow(slabId, sizeClass, location, destination);
        }
    }

    @Override
    public void readAll(
            long[] slabIds,
            int[] sizeClasses,
            long[] locations,
            MemorySegment destination,
            @Nullable Throwable[] failures) {
        if (!readsAll) {
            ColdTier.super.readAll(slabIds, sizeClasses, locations, destination, failures);
            return;
        }
        try {
            tier.readAll(slabIds, sizeClasses, locations, destination, failures);
        } catch (Throwable e) {
            Arrays.fill(failures, e);
        }
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
    public void epochChanged(long epoch) {
        logged(() -> tier.epochChanged(epoch), () -> "a change of epoch " + epoch);
    }

    @Override
    public byte[] root() {
        return tier.root();
    }

    @Override
    public void root(byte[] bytes) {
        tier.root(bytes);
    }

    @Override
    public CompletableFuture<Void> sync() {
        return ask(syncs, tier::sync);
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
        try {
            tier.finish();
        } finally {
            demotions.failBy(afterGrace);
        }
    }

    @Override
    public void close() {
        try {
            tier.close();
        } finally {
            // What is read now reaches no reader any more: the allocator is closed.
            reads.failBy(completions);
            syncs.failBy(afterGrace);
        }
    }

    private static CompletableFuture<Void> ask(OpenFutures open, Supplier<CompletableFuture<Void>> call) {
        try {
            return open.follow(call.get());
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Whether the tier has a way of its own to read for a thread that waits. */
    private static boolean overrides(ColdTier tier, String method, Class<?>... parameters) {
        try {
            return tier.getClass().getMethod(method, parameters).getDeclaringClass() != ColdTier.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("no method of the cold tier: " + method, e);
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
