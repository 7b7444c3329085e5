package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.EpochInfo;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.benchmark.workload.Shuffle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Slabs in use under steady churn, as a multiple of the smallest number that could hold the live objects.
 *
 * <p>All threads replace objects at random places of one array: with two of them, half of the objects that a thread
 * frees were allocated by the other. All threads stop as soon as the first has done its share, because a thread that
 * went on alone would move all live objects to its own slabs, and the churn would not be steady.
 */
final class SlabEfficiency {
    private static final int LIVE = 100_000;

    private SlabEfficiency() {}

    /**
     * The result of one run.
     *
     * @param slabsOverIdeal slabs in use ÷ fewest possible, at the end
     * @param fastPathShare share of allocations that opened no slab, from the counters
     * @param withinClaimShare share of allocations that needed no refill of the thread's slots
     */
    record Churned(double slabsOverIdeal, double fastPathShare, double withinClaimShare) {}

    static Churned measure(int threads, long pairsPerThread) throws InterruptedException, ExecutionException {
        try (SlabAllocator allocator = SlabAllocator.builder().build()) {
            long epoch = allocator.currentEpoch();
            AtomicLongArray handles = new AtomicLongArray(LIVE);
            churn(allocator, epoch, handles, threads, pairsPerThread);
            EpochInfo info = allocator.epochInfo(epoch);
            if (info.liveObjects() != LIVE) {
                throw new IllegalStateException(
                        "%d objects live instead of %d: %s".formatted(info.liveObjects(), LIVE, info));
            }
            var counters = allocator.counters();
            return new Churned(
                    (double) info.residentSlabs() / ObjectSize.idealSlabs(LIVE),
                    counters.fastPathShare(),
                    1 - (double) counters.refills() / counters.slotsClaimed());
        }
    }

    private static void churn(
            SlabAllocator allocator, long epoch, AtomicLongArray handles, int threads, long pairsPerThread)
            throws InterruptedException, ExecutionException {
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            // Each thread first fills its own share of the places; then all threads churn in all places.
            List<Future<?>> filled = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int first = thread;
                filled.add(executor.submit(() -> {
                    for (int place = first; place < LIVE; place += threads) {
                        handles.set(place, ObjectSize.allocate(allocator, epoch));
                    }
                }));
            }
            await(filled);
            List<Future<?>> churned = new ArrayList<>();
            AtomicBoolean done = new AtomicBoolean();
            for (int thread = 0; thread < threads; thread++) {
                int seed = 4_711 + thread;
                churned.add(executor.submit(() -> replace(allocator, epoch, handles, seed, pairsPerThread, done)));
            }
            await(churned);
        }
    }

    private static void replace(
            SlabAllocator allocator, long epoch, AtomicLongArray handles, int seed, long pairs, AtomicBoolean done) {
        int random = seed;
        for (long pair = 0; pair < pairs && !done.get(); pair++) {
            random = Shuffle.next(random);
            int place = Shuffle.below(random, LIVE);
            ObjectSize.free(allocator, handles.getAndSet(place, ObjectSize.allocate(allocator, epoch)));
        }
        done.set(true);
    }

    private static void await(List<Future<?>> futures) throws InterruptedException, ExecutionException {
        for (Future<?> future : futures) {
            future.get();
        }
    }
}
