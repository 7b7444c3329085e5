package io.znsslab.core.benchmark.footprint;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.benchmark.workload.Shuffle;

/**
 * The arena's resident memory while epochs come and go: each fills up, churns, and is discarded.
 *
 * <p>The first tenth of the epochs is left out of the comparison, since the caches grow to their size in it.
 */
final class MemoryReturn {
    private static final int LIVE = 100_000;
    private static final int CYCLES_PER_EPOCH = 1_000_000;

    private MemoryReturn() {}

    /**
     * The result of one run.
     *
     * @param worstShareAfterClose resident bytes after a close ÷ before it, in the worst epoch
     * @param growth the largest number of resident bytes in the last half ÷ the largest in the first, before closes
     * @param cycles allocations, each with its free or discard
     */
    record Returned(double worstShareAfterClose, double growth, long cycles) {}

    static Returned measure(long cycles) {
        int epochs = (int) Math.max(4, cycles / CYCLES_PER_EPOCH);
        long cyclesPerEpoch = cycles / epochs;
        int warmUp = epochs / 10;
        double worst = 0;
        long firstHalf = 0;
        long lastHalf = 0;
        try (SlabAllocator allocator = SlabAllocator.builder().build()) {
            long[] handles = new long[LIVE];
            for (int count = 0; count < epochs; count++) {
                long epoch = allocator.advanceEpoch();
                churn(allocator, epoch, handles, cyclesPerEpoch);
                long before = allocator.arenaUsage().rssBytes();
                allocator.closeEpoch(epoch, Disposition.DISCARD).join();
                long after = allocator.arenaUsage().rssBytes();
                worst = Math.max(worst, (double) after / before);
                if (count >= warmUp) {
                    boolean first = count < warmUp + (epochs - warmUp) / 2;
                    firstHalf = first ? Math.max(firstHalf, before) : firstHalf;
                    lastHalf = first ? lastHalf : Math.max(lastHalf, before);
                }
            }
        }
        return new Returned(worst, (double) lastHalf / firstHalf, cyclesPerEpoch * epochs);
    }

    private static void churn(SlabAllocator allocator, long epoch, long[] handles, long cycles) {
        for (int place = 0; place < LIVE; place++) {
            handles[place] = ObjectSize.allocate(allocator, epoch);
        }
        int random = 2_025;
        for (long cycle = LIVE; cycle < cycles; cycle++) {
            random = Shuffle.next(random);
            int place = Shuffle.below(random, LIVE);
            ObjectSize.free(allocator, handles[place]);
            handles[place] = ObjectSize.allocate(allocator, epoch);
        }
    }
}
