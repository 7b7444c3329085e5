package io.znsslab.core;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;

/** Puts what the cold tier holds of earlier runs into the registry and the list of closed epochs. For one thread, before the allocator is used. */
final class RestoredSlabs implements ColdRestoration {
    private final Internals internals;
    private final Registry registry;
    private ClosedEpoch epoch;

    RestoredSlabs(Internals internals) {
        this.internals = internals;
        this.registry = internals.registry;
    }

    @Override
    public void goOn(long firstSlabId, long firstEpoch) {
        registry.goOn(firstSlabId);
        internals.firstEpoch = firstEpoch;
    }

    @Override
    public void reusable(long slabId, int generation) {
        registry.restoreUnused(slabId, generation);
    }

    @Override
    public void epoch(ColdEpoch restored, long[] slabIds, int count) {
        if (restored.maxGeneration() < 0 || restored.maxGeneration() > HandleLayout.MAX_GENERATION) {
            throw new IllegalArgumentException("no such generation: " + restored.maxGeneration());
        }
        epoch = internals.closedEpochs.restore(
                restored.number(),
                restored.label(),
                restored.openedMillis(),
                restored.lifetime().code(),
                restored.maxGeneration(),
                slabIds,
                count);
    }

    @Override
    public void slab(ColdImage image) {
        if (image.epoch != epoch.number()) {
            throw new IllegalStateException("slab %d is of epoch %d, and was given with epoch %d"
                    .formatted(image.slabId, image.epoch, epoch.number()));
        }
        for (int word = 0; word < internals.geometry.bitmapWords(); word++) {
            registry.setColdBits(image.slabId, word, image.live[word]);
        }
        registry.setColdEpoch(image.slabId, epoch.index(), image.hasOneGeneration);
        registry.restoreCold(image.slabId, image.baseGeneration, image.sizeClass, image.location);
    }
}
