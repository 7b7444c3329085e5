package io.znsslab.tier;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.tier.device.ZonedDevice;
import java.util.SplittableRandom;

/**
 * A store at a constant fill: for each cold slab that is written another one dies, chosen by a seed. A slab holds one
 * object.
 */
final class SteadyStore implements AutoCloseable {
    /** Slabs of an epoch, which are one extent. */
    private static final int EPOCH_SLABS = 120;

    private static final int PAYLOAD_BYTES = 4000;
    private static final int SLAB_BYTES = 4096;

    /**
     * The distribution of the deaths of slabs.
     *
     * @param hotPercent percentage of the live slabs that are hot
     * @param deathsPercent percentage of the deaths that hit hot slabs
     */
    record Deaths(int hotPercent, int deathsPercent) {
        static final Deaths UNIFORM = new Deaths(0, 0);
    }

    private final ZnsTier tier;
    private final SlabAllocator allocator;
    private final Deaths deaths;
    private final SplittableRandom random;
    private final long capacitySlabs;
    private final long[] hot;
    private final long[] cold;

    /**
     * Opens the store on an empty device.
     *
     * @param percent percentage of the data zones' blocks that live slabs take
     */
    SteadyStore(ZonedDevice device, int percent, Deaths deaths, long seed) {
        this.deaths = deaths;
        random = new SplittableRandom(seed);
        tier = ZnsTier.builder(device).open();
        allocator = SlabAllocator.builder()
                .limitBytes(64L << 20)
                .sizeClasses(64, PAYLOAD_BYTES + Long.BYTES)
                .coldTier(tier)
                .build();
        allocator.closeEpoch(allocator.currentEpoch(), Disposition.RECLAIM).join();
        long zones = tier.statistics().zones().free();
        capacitySlabs = zones * (device.geometry().zoneCapacityBytes() / SLAB_BYTES);
        int live = (int) (capacitySlabs * percent / 100);
        hot = new long[live * deaths.hotPercent() / 100];
        cold = new long[live - hot.length];
    }

    /**
     * Fills the store, then overwrites its capacity so many times before the measurement and so many times during it.
     * Returns the number of slabs written for each demoted one.
     */
    double writtenForEachDemoted(int before, int measured) {
        fill();
        replace(before * capacitySlabs);
        TierStatistics.WrittenBytes from = tier.statistics().writes().bytes();
        replace(measured * capacitySlabs);
        TierStatistics.WrittenBytes to = tier.statistics().writes().bytes();
        return 1 + (double) (to.relocatedBytes() - from.relocatedBytes()) / (to.imageBytes() - from.imageBytes());
    }

    private void fill() {
        int hotLeft = hot.length;
        int coldLeft = cold.length;
        while (hotLeft + coldLeft > 0) {
            long epoch = allocator.advanceEpoch();
            for (int i = 0; i < EPOCH_SLABS && hotLeft + coldLeft > 0; i++) {
                long handle = allocate(epoch);
                if (random.nextInt(hotLeft + coldLeft) < hotLeft) {
                    hot[--hotLeft] = handle;
                } else {
                    cold[--coldLeft] = handle;
                }
            }
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
    }

    private void replace(long slabs) {
        for (long done = 0; done < slabs; done += EPOCH_SLABS) {
            long epoch = allocator.advanceEpoch();
            for (int i = 0; i < EPOCH_SLABS; i++) {
                long[] part = random.nextInt(100) < deaths.deathsPercent() ? hot : cold;
                int victim;
                do {
                    victim = random.nextInt(part.length);
                } while (!allocator.free(part[victim]));
                part[victim] = allocate(epoch);
            }
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        }
    }

    private long allocate(long epoch) {
        long handle = allocator.allocate(PAYLOAD_BYTES, epoch);
        if (!Handle.isHandle(handle)) {
            throw new IllegalStateException("no memory for an object of " + PAYLOAD_BYTES + " bytes");
        }
        return handle;
    }

    @Override
    public void close() {
        allocator.close();
    }
}
