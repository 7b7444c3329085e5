package io.znsslab.core.store;

import io.znsslab.core.arena.FrameCensus;
import io.znsslab.core.arena.Invariant;
import io.znsslab.core.epoch.ClosedEpochInvariants;
import io.znsslab.core.registry.IdCensus;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.SlabInvariants;
import io.znsslab.core.slab.StripeInvariants;

/** Checks everything that must hold while no operation is under way, room by room. Used once, by one thread. */
public final class Invariants {
    private final SlabStore store;
    private final SlabInvariants slabs;

    public Invariants(SlabStore store) {
        this.store = store;
        this.slabs = new SlabInvariants(store.packed, store.table, store.registry, store.layout);
    }

    public void check() {
        store.reclaim.whileNoneRuns(this::checkAll);
    }

    private void checkAll() {
        store.retained.check();
        FrameCensus frames = new FrameCensus(store.arena);
        IdCensus ids = new IdCensus(store.registry);
        int classes = store.geometry.classes();
        new StripeInvariants(store.stripes, store.table, store.gate, slabs, classes).check(frames, ids);
        new ClosedEpochInvariants(store.closedEpochs, store.registry, store.table, slabs, store.geometry)
                .check(frames, ids);
        frames.checkComplete();
        for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
            int first = store.arena.firstFrame(sizeClass);
            for (int frame = first; frame < first + store.arena.framesEverUsed(sizeClass); frame++) {
                checkFrame(frame, frames, ids);
            }
        }
        ids.checkComplete();
        for (int ringIndex = 0; ringIndex < store.gate.epochCount(); ringIndex++) {
            if (store.gate.lvOpenEpoch(ringIndex) == EpochGate.CLOSING) {
                throw Invariant.broken("the epoch at ring index %d is being closed".formatted(ringIndex));
            }
        }
    }

    private void checkFrame(int frame, FrameCensus frames, IdCensus ids) {
        boolean inUse = FrameTable.state(store.table.lvState(frame)) != FrameTable.FREE;
        if (inUse != (frames.foundIn(frame) == FrameCensus.Found.SLAB)) {
            throw Invariant.broken("%s was found in %s".formatted(slabs.describe(frame), frames.foundIn(frame)));
        }
        Invariant.equal(store.table.lvLooks(frame), 0, "the number of looks at " + slabs.describe(frame));
        long id = store.table.lopSlabId(frame);
        if (id != Registry.NO_ID) {
            ids.found(id, "the id of " + slabs.describe(frame));
            slabs.checkIdentity(frame);
        } else if (inUse) {
            throw Invariant.broken("%s has no id".formatted(slabs.describe(frame)));
        }
    }
}
