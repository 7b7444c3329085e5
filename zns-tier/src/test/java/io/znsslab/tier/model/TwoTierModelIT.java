package io.znsslab.tier.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.FileZonedDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Demotions, promotions, changes, reads, frees and discards by several threads at once, while collection runs.
 * {@code -Dseed=} is the first seed, {@code -Dmodel.rounds=} the number of rounds.
 */
class TwoTierModelIT {
    private static final int THREADS = 3;
    private static final int PHASES = 3;
    private static final int OPERATIONS = 1500;

    @TempDir
    Path folder;

    @Test
    void bothTiersDoWhatASimpleMapDoes() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        int rounds = Integer.getInteger("model.rounds", 2);
        for (int round = 0; round < rounds; round++) {
            try {
                run(seed + round, folder.resolve("device-" + round));
            } catch (ExecutionException | RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dseed=" + (seed + round) + ": " + e.getMessage(), e);
            }
        }
    }

    private static void run(long seed, Path device) throws Exception {
        // Not 1: each acknowledgement would cost the rest of a zone, and this test makes many on few zones.
        int open = Math.floorMod(seed, 4) + 2;
        ZnsTier tier = ZnsTier.builder(FileZonedDevice.create(
                        device, FileGeometry.of(1 << 19, 26).withLimits(open, open)))
                .readCacheBytes(1 << 18)
                .open();
        try (SlabAllocator allocator = SlabAllocator.builder()
                        .limitBytes(32 << 20)
                        .sizeClasses(64, 256, 1000)
                        .coldTier(tier)
                        .build();
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            allocator.closeEpoch(0, Disposition.RECLAIM).join();
            List<TwoTierWorker> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                workers.add(new TwoTierWorker(allocator, seed * THREADS + i));
            }
            for (int phase = 0; phase < PHASES; phase++) {
                List<Future<?>> running = new ArrayList<>();
                workers.forEach(worker -> running.add(threads.submit(() -> worker.work(OPERATIONS))));
                for (Future<?> each : running) {
                    each.get();
                }
                workers.forEach(TwoTierWorker::requireAll);
            }
            workers.forEach(TwoTierWorker::discardAll);
            assertThat(allocator.undrainedEpochs()).isEmpty();
            assertThat(tier.statistics().reads().failedReads()).isZero();
            assertThat(tier.statistics().reads().corruptSlabs()).isZero();
            assertThat(allocator.coldStatistics().slabsPromoted()).isPositive();
        }
        assertThat(tier.statistics().liveSlabs()).isZero();
    }
}
