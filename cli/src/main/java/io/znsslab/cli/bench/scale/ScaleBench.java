package io.znsslab.cli.bench.scale;

import io.znsslab.cli.terminal.Progress;
import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.device.FileGeometry;
import io.znsslab.tier.device.NullZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * One store on a device of 16 TiB that keeps no data, measured again and again while the number of its cold slabs grows
 * tenfold each time.
 */
final class ScaleBench implements AutoCloseable {
    private static final long ZONE_BYTES = 2L << 30;
    private static final int ZONES = 8192;
    private static final int PAYLOAD_BYTES = 4000;
    private static final int EPOCH_SLABS = 1 << 15;
    private static final int OPERATIONS = 1_000_000;

    /**
     * What it costs with so many cold slabs.
     *
     * @param slabs that were demoted so far
     * @param demotionNanos to fill, demote and hand over one of those that came last, in the time of a clock on the
     *     wall
     * @param locateNanos to find out of a random object in which tier it is
     * @param loadNanos to load a random word from a table with one word for each slab: what the memory takes for a
     *     look-up of that size
     * @param freeNanos to free a random object, and with it its slab
     * @param tableBytes for each slab, table and all
     */
    record Level(
            long slabs,
            double demotionNanos,
            double locateNanos,
            double loadNanos,
            double freeNanos,
            double tableBytes) {}

    private final SlabAllocator allocator;
    private final HandleSample sample = new HandleSample();
    private final SplittableRandom random = new SplittableRandom(5);
    private CompletableFuture<EpochClosing> demoting = CompletableFuture.completedFuture(null);
    private long slabs;

    ScaleBench() {
        NullZonedDevice device = new NullZonedDevice(FileGeometry.of(ZONE_BYTES, ZONES));
        allocator = SlabAllocator.builder()
                .limitBytes(512L << 20)
                // The kernel's part in giving memory back and having it again is not what is measured here.
                .reclamation(Reclamation.KEEP_HOT)
                .sizeClasses(64, PAYLOAD_BYTES + Long.BYTES)
                .coldTier(ZnsTier.builder(device).force(true).open())
                .build();
        // The first epoch would keep its place in the ring, which comes round after some millions of slabs.
        allocator.closeEpoch(allocator.currentEpoch(), Disposition.RECLAIM).join();
    }

    /**
     * Grows a store to each power of ten from 10,000 on up to {@code most}; a smaller one first, which does not count.
     */
    static List<Level> run(long most, Progress progress) {
        try (ScaleBench warmUp = new ScaleBench()) {
            warmUp.grow(Math.min(most, 1_000_000));
        }
        List<Level> levels = new ArrayList<>();
        try (ScaleBench store = new ScaleBench()) {
            for (long count = 10_000; count <= most; count *= 10) {
                progress.report("cold slabs:", count, 0);
                levels.add(store.grow(count));
            }
        }
        progress.clear();
        return levels;
    }

    private Level grow(long to) {
        long before = slabs;
        long begun = System.nanoTime();
        while (slabs < to) {
            fillAndDemote((int) Math.min(EPOCH_SLABS, to - slabs));
        }
        demoting.join();
        double demotion = (double) (System.nanoTime() - begun) / (slabs - before);
        double tables = (double) allocator.indexBytes() / slabs;
        // The first pass brings the code and the caches to where the second finds them.
        locate();
        return new Level(slabs, demotion, locate(), load(slabs), free(), tables);
    }

    /** One epoch is filled while the one before it is on its way. */
    private void fillAndDemote(int count) {
        long epoch = allocator.advanceEpoch();
        for (int i = 0; i < count; i++) {
            sample.add(allocator.allocate(PAYLOAD_BYTES, epoch));
        }
        slabs += count;
        demoting.join();
        demoting = allocator.closeEpoch(epoch, Disposition.DEMOTE);
    }

    private double locate() {
        long begun = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            long handle = sample.random(random);
            if (allocator.tierOf(handle) != Tier.COLD) {
                throw new IllegalStateException("the object of handle 0x%x is not cold".formatted(handle));
            }
        }
        return (double) (System.nanoTime() - begun) / OPERATIONS;
    }

    private double load(long words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(words * Long.BYTES, Long.BYTES).fill((byte) 1);
            load(table, words);
            return load(table, words);
        }
    }

    private double load(MemorySegment table, long words) {
        long sum = 0;
        long begun = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            // Picks a handle as well, so that both differ by the look-up alone.
            long any = sample.random(random) * 0x9E3779B97F4A7C15L;
            sum += table.getAtIndex(ValueLayout.JAVA_LONG, Math.unsignedMultiplyHigh(any, words));
        }
        double nanos = (double) (System.nanoTime() - begun) / OPERATIONS;
        if (sum == 0) {
            throw new IllegalStateException("the table of " + words + " words holds nothing");
        }
        return nanos;
    }

    private double free() {
        int count = sample.size() / 10;
        long[] chosen = sample.remove(count);
        long begun = System.nanoTime();
        for (long handle : chosen) {
            if (!allocator.free(handle)) {
                throw new IllegalStateException("the cold object of handle 0x%x could not be freed".formatted(handle));
            }
        }
        return (double) (System.nanoTime() - begun) / count;
    }

    @Override
    public void close() {
        allocator.close();
    }
}
