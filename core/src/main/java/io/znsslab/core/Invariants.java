package io.znsslab.core;

import io.znsslab.core.arena.FrameCensus;
import io.znsslab.core.arena.Invariant;
import io.znsslab.core.epoch.ClosedEpochInvariants;
import io.znsslab.core.registry.IdCensus;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.EpochGate;
import io.znsslab.core.slab.SlabInvariants;
import io.znsslab.core.slab.SlabTable;
import io.znsslab.core.slab.StripeInvariants;

/** Checks everything that must hold while no operation is under way, room by room. Used once, by one thread. */
final class Invariants {
    private final Internals internals;
    private final SlabInvariants slabs;

    Invariants(Internals internals) {
        this.internals = internals;
        this.slabs = new SlabInvariants(internals.arena, internals.table, internals.registry, internals.layout);
    }

    void check() {
        FrameCensus frames = new FrameCensus(internals.arena);
        IdCensus ids = new IdCensus(internals.registry);
        int classes = internals.geometry.classes();
        new StripeInvariants(internals.stripes, internals.table, internals.gate, slabs, classes).check(frames, ids);
        new ClosedEpochInvariants(
                        internals.closedEpochs, internals.registry, internals.table, slabs, internals.geometry)
                .check(frames, ids);
        frames.checkComplete();
        for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
            int first = internals.arena.firstFrame(sizeClass);
            for (int frame = first; frame < first + internals.arena.framesEverUsed(sizeClass); frame++) {
                checkFrame(frame, frames, ids);
            }
        }
        ids.checkComplete();
        for (int ringIndex = 0; ringIndex < internals.gate.epochCount(); ringIndex++) {
            if (internals.gate.openEpoch(ringIndex) == EpochGate.CLOSING) {
                throw Invariant.broken("the epoch at ring index %d is being closed".formatted(ringIndex));
            }
        }
    }

    private void checkFrame(int frame, FrameCensus frames, IdCensus ids) {
        boolean inUse = SlabTable.state(internals.table.lvState(frame)) != SlabTable.FREE;
        if (inUse != (frames.placeOf(frame) == FrameCensus.Place.SLAB)) {
            throw Invariant.broken("%s is in place %s".formatted(slabs.describe(frame), frames.placeOf(frame)));
        }
        Invariant.equal(internals.table.looks(frame), 0, "the number of looks at " + slabs.describe(frame));
        long id = internals.table.slabId(frame);
        if (id != Registry.NO_ID) {
            ids.found(id, "the id of " + slabs.describe(frame));
            slabs.checkIdentity(frame);
        } else if (inUse) {
            throw Invariant.broken("%s has no id".formatted(slabs.describe(frame)));
        }
    }
}
