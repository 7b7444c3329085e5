package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdEpoch;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.core.cold.ColdRestoration;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;

/**
 * Puts what the cold tier holds of earlier runs into the registry and the list of closed epochs. For one thread, before
 * the allocator is used.
 */
final class RestoredSlabs implements ColdRestoration {
    private static final long MOST_EPOCHS = 1L << 62;
    private static final int NO_GENERATION = HandleLayout.MAX_GENERATION + 1;

    private final SlabStore store;
    private final Registry registry;
    // Each image comes after its epoch.
    @SuppressWarnings("NullAway.Init")
    private ClosedEpoch epoch;

    private long firstSlabId;

    RestoredSlabs(SlabStore store) {
        this.store = store;
        this.registry = store.registry;
    }

    /**
     * Checks a value of the tier, which was read from a device: a wrong id would be an address outside the registry.
     */
    private void require(boolean holds, String what, long value) {
        if (!holds) {
            throw new ZnsSlabException(
                    "what the cold tier gives back of earlier runs contradicts itself: " + what + " " + value);
        }
    }

    private void requireNew(long slabId) {
        require(slabId >= 1 && slabId < firstSlabId, "no run has issued slab id", slabId);
        require(registry.laWord(slabId) == 0, "there are two slabs of the id", slabId);
    }

    @Override
    public void goOn(long firstSlabId, long firstEpoch, long firstUnknown, int generation) {
        require(firstSlabId >= 1 && firstSlabId <= registry.idBound(), "slab ids go on from", firstSlabId);
        require(firstEpoch >= 0 && firstEpoch <= MOST_EPOCHS, "epochs go on from", firstEpoch);
        require(firstUnknown >= 1 && firstUnknown <= firstSlabId, "unknown slab ids begin with", firstUnknown);
        require(generation >= 1 && generation <= NO_GENERATION, "there is no generation", generation);
        this.firstSlabId = firstSlabId;
        long missing = registry.ids().makeRoomBelow(firstSlabId);
        if (missing > 0) {
            throw new ZnsSlabException(("the memory limit is too small for what the cold tier holds: the tables of its"
                            + " %d slab ids take %d bytes, and %d are missing; raise memoryLimit")
                    .formatted(firstSlabId - 1, missing, missing + store.arena.overdrawnBytes()));
        }
        registry.ids().goOn(firstSlabId, firstUnknown, generation);
        store.firstEpoch = firstEpoch;
    }

    @Override
    public void reusable(long slabId, int generation) {
        requireNew(slabId);
        require(generation >= 1 && generation <= NO_GENERATION, "there is no generation", generation);
        store.transitions.restoreUnused(slabId, generation);
    }

    @Override
    public void epoch(ColdEpoch restored, long[] slabIds, int count) {
        require(
                restored.maxGeneration() >= 0 && restored.maxGeneration() <= HandleLayout.MAX_GENERATION,
                "there is no generation",
                restored.maxGeneration());
        require(
                restored.number() >= 0 && restored.number() < store.firstEpoch,
                "no run has opened epoch",
                restored.number());
        require(store.closedEpochs.get(restored.number()) == null, "there are two epochs", restored.number());
        for (int i = 0; i < count; i++) {
            require(slabIds[i] >= 1 && slabIds[i] < firstSlabId, "no run has issued slab id", slabIds[i]);
        }
        epoch = store.closedEpochs.restore(restored, slabIds, count);
        store.ends.restore(restored);
    }

    @Override
    public void slab(ColdImage image) {
        if (image.epoch != epoch.number()) {
            throw new IllegalStateException("slab %d is of epoch %d, and was given with epoch %d"
                    .formatted(image.slabId, image.epoch, epoch.number()));
        }
        requireNew(image.slabId);
        require(
                image.sizeClass >= 0 && image.sizeClass < store.geometry.classes(),
                "there is no size class",
                image.sizeClass);
        require(
                image.baseGeneration >= 0 && image.baseGeneration <= HandleLayout.MAX_GENERATION,
                "there is no generation",
                image.baseGeneration);
        require(image.location >= 1 && image.location < 1L << Integer.SIZE, "there is no location", image.location);
        for (int word = 0; word < store.geometry.bitmapWords(image.sizeClass); word++) {
            registry.svColdBits(image.slabId, word, image.live[word]);
        }
        registry.spColdEpoch(image.slabId, epoch.index(), image.hasOneGeneration);
        store.transitions.restoreCold(image.slabId, image.baseGeneration, image.sizeClass, image.location);
    }
}
