package io.znsslab.core.model;

import io.znsslab.core.HandleFormat;
import io.znsslab.core.MemoryTier;
import io.znsslab.core.Reclamation;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import java.util.SplittableRandom;

/** The settings of one run, all drawn from its seed. */
record Settings(
        long seed,
        Reclamation reclamation,
        HandleFormat format,
        int slabBytes,
        int classSet,
        int epochCount,
        long limitBytes,
        boolean coldTier,
        boolean zeroOnAllocate,
        boolean ownDomains,
        int platformThreads,
        int virtualThreads,
        long hotBytes) {

    private static final int[][] CLASS_SETS = {
        {64, 96, 128, 192, 256, 384, 512, 768}, {64, 96, 512, 4000}, {32, 4032}, {128}, {40, 48, 1000}
    };

    static Settings of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new Settings(
                seed,
                random.nextBoolean() ? Reclamation.KEEP_HOT : Reclamation.RETURN_TO_OS,
                random.nextBoolean() ? HandleFormat.WIDE : HandleFormat.COMPACT,
                random.nextBoolean() ? 4096 : 4096 << random.nextInt(5),
                random.nextInt(CLASS_SETS.length),
                2 << random.nextInt(3),
                1L << (20 + random.nextInt(5)),
                random.nextInt(3) > 0,
                random.nextInt(4) == 0,
                random.nextBoolean(),
                2 + random.nextInt(3),
                random.nextInt(4),
                random.nextBoolean() ? 0 : 4 << 20);
    }

    int threads() {
        return platformThreads + virtualThreads;
    }

    SlabAllocator open(MemoryTier tier) {
        SlabAllocatorBuilder builder = SlabAllocator.builder()
                .reclamation(reclamation)
                .handleFormat(format)
                .slabBytes(slabBytes)
                .sizeClasses(CLASS_SETS[classSet])
                .epochCount(epochCount)
                .limitBytes(limitBytes)
                .hotBytes(hotBytes)
                .zeroOnAllocate(zeroOnAllocate);
        return (coldTier ? builder.coldTier(tier) : builder).build();
    }

    @Override
    public String toString() {
        return ("seed %d: %s, %s, slabs of %d bytes, %d classes, %d epochs, limit %d, %s, zeroing %b, own domains "
                        + "%b, %d platform and %d virtual threads, %d hot bytes")
                .formatted(
                        seed,
                        reclamation,
                        format,
                        slabBytes,
                        CLASS_SETS[classSet].length,
                        epochCount,
                        limitBytes,
                        coldTier ? "a cold tier" : "no cold tier",
                        zeroOnAllocate,
                        ownDomains,
                        platformThreads,
                        virtualThreads,
                        hotBytes);
    }
}
