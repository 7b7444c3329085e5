package io.znsslab.cli.demo;

import io.znsslab.cli.config.StoreSettings;
import io.znsslab.cli.terminal.Figures;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.SlabAllocatorBuilder;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.ZnsTierBuilder;
import io.znsslab.tier.device.ZonedDevice;

/**
 * What a run of the tiering demo is to do.
 *
 * @param plan what becomes of epochs and objects
 * @param file whose lines are the objects; null for generated ones
 * @param sizes lengths of generated objects
 * @param objects number of generated objects
 * @param memoryBytes most DRAM for objects
 * @param settings what the user has set for the tier and the allocator
 * @param force whether what is on the device may be destroyed
 * @param chosen which device it is, and why
 */
record TieringTask(
        EpochPlan plan,
        InputFile file,
        SizeRange sizes,
        long objects,
        long memoryBytes,
        StoreSettings settings,
        boolean force,
        String chosen) {
    private static final int SMALLEST_RING = 2;
    /** Slabs that the check has asked of just now; it asks for their objects one after the other. */
    private static final long READ_CACHE_BYTES = 8 << 20;

    /** The objects, not yet begun. */
    ObjectSource source() {
        return file == null
                ? new GeneratedObjects(plan.seed(), sizes, objects, plan.epochs())
                : new LinesOfFile(file, plan.epochs() - plan.discardedEpochs(), SizeClasses.longestObject());
    }

    /** The tier, as the user has set it. */
    ZnsTierBuilder tier(ZonedDevice device) {
        return settings.applyTo(ZnsTier.builder(device).readCacheBytes(READ_CACHE_BYTES))
                .force(force);
    }

    /** The allocator, as the user has set it, with the classes and the open epochs that the demo needs. */
    SlabAllocatorBuilder allocator() {
        int ring = (int) Math.max(SMALLEST_RING, Long.highestOneBit(2 * plan.epochs() - 1));
        return settings.applyTo(SlabAllocator.builder())
                .limitBytes(memoryBytes)
                .sizeClasses(SizeClasses.slots())
                .epochCount(ring);
    }

    /** Room that the objects take on a device, in bytes; an estimate from above. */
    long spaceNeeded() {
        return file == null
                ? SpaceNeeded.forGenerated(sizes, objects, plan.epochs())
                : SpaceNeeded.forLines(file, plan.epochs());
    }

    /** The objects in a phrase. */
    String objectsInWords() {
        return file == null
                ? Figures.count(objects, "object") + " of " + sizes + " bytes"
                : "the lines of " + file.path() + " (" + Figures.bytes(file.sizeBytes()) + ")";
    }
}
