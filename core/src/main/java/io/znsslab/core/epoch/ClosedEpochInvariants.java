package io.znsslab.core.epoch;

import io.znsslab.core.arena.FrameCensus;
import io.znsslab.core.arena.Invariant;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.IdCensus;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.SlabInvariants;

/**
 * Checks the closed epochs: that each counts as many slabs as it has, and that these are sealed, or cold, and hold live
 * objects.
 *
 * <p>For checks while nothing is under way.
 */
public final class ClosedEpochInvariants {
    private final ClosedEpochs epochs;
    private final Registry registry;
    private final FrameTable table;
    private final SlabInvariants slabs;
    private final SlabGeometry geometry;

    public ClosedEpochInvariants(
            ClosedEpochs epochs, Registry registry, FrameTable table, SlabInvariants slabs, SlabGeometry geometry) {
        this.epochs = epochs;
        this.registry = registry;
        this.table = table;
        this.slabs = slabs;
        this.geometry = geometry;
    }

    /** Checks all closed epochs and notes the frames and ids that they hold. */
    public void check(FrameCensus frames, IdCensus ids) {
        for (ClosedEpoch epoch : epochs.all()) {
            if (epochs.byIndex(epoch.index()) != epoch) {
                throw Invariant.broken(
                        "closed epoch %d is not at its index %d".formatted(epoch.number(), epoch.index()));
            }
            int alive = 0;
            for (int index = 0; index < epoch.slabsAtClose(); index++) {
                alive += check(epoch, epoch.slabId(index), frames, ids) ? 1 : 0;
            }
            Invariant.equal(epoch.slabs(), alive, "the number of slabs of closed epoch " + epoch.number());
            if (alive == 0) {
                throw Invariant.broken("closed epoch %d has drained and is kept".formatted(epoch.number()));
            }
        }
    }

    private boolean check(ClosedEpoch epoch, long id, FrameCensus frames, IdCensus ids) {
        long word = registry.laWord(id);
        return switch (Registry.state(word)) {
            case Registry.RESIDENT -> {
                int frame = (int) Registry.location(word);
                frames.found(frame, FrameCensus.Found.SLAB);
                checkSealed(epoch, id, frame);
                yield true;
            }
            case Registry.COLD -> {
                ids.found(id, "on the cold tier");
                checkCold(epoch, id, word);
                yield true;
            }
            default -> {
                if (!Registry.isUsedUp(word)) {
                    ids.found(id, "kept by closed epoch " + epoch.number());
                }
                yield false;
            }
        };
    }

    private void checkSealed(ClosedEpoch epoch, long id, int frame) {
        if (table.lopSlabId(frame) != id
                || table.lopEpoch(frame) != epoch.number()
                || FrameTable.state(table.lvState(frame)) != FrameTable.SEALED
                || table.lopLastGeneration(frame) > epoch.maxGeneration()) {
            throw Invariant.broken("slab %d of closed epoch %d, whose last generation is %d: in its frame is %s"
                    .formatted(id, epoch.number(), epoch.maxGeneration(), slabs.describe(frame)));
        }
        if (FrameTable.isPromoted(table.lvState(frame)) && registry.lvImage(id) == BackingImages.NONE) {
            throw Invariant.broken("promoted %s has no image on the cold tier".formatted(slabs.describe(frame)));
        }
        slabs.checkSealedSlots(frame);
    }

    private void checkCold(ClosedEpoch epoch, long id, long word) {
        if (registry.lpColdEpochIndex(id) != epoch.index()) {
            throw Invariant.broken("cold slab %d is on the list of epoch %d, index %d, and notes index %d"
                    .formatted(id, epoch.number(), epoch.index(), registry.lpColdEpochIndex(id)));
        }
        long live = 0;
        for (int bitmapWord = 0; bitmapWord < geometry.bitmapWords(Registry.sizeClass(word)); bitmapWord++) {
            long bits = registry.laColdBits(id, bitmapWord);
            if ((bits & ~geometry.slotMask(Registry.sizeClass(word), bitmapWord)) != 0) {
                throw Invariant.broken(
                        "cold slab %d has the live slots %x in bitmap word %d".formatted(id, bits, bitmapWord));
            }
            live |= bits;
        }
        if (live == 0) {
            throw Invariant.broken(
                    "cold slab %d of epoch %d holds no live object and was not ended".formatted(id, epoch.number()));
        }
    }
}
