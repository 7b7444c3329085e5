package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.arena.FrameCensus;
import io.znsslab.core.arena.FrameCensus.Found;
import io.znsslab.core.arena.Invariant;
import io.znsslab.core.registry.IdCensus;

/**
 * Checks the stripes: no section under way, bins and their lists consistent, every slab in the state that its list
 * demands.
 *
 * <p>Only while nothing else uses the allocator.
 */
public final class StripeInvariants {
    private final Stripes stripes;
    private final FrameTable table;
    private final EpochGate gate;
    private final SlabInvariants slabs;
    private final int classes;

    public StripeInvariants(Stripes stripes, FrameTable table, EpochGate gate, SlabInvariants slabs, int classes) {
        this.stripes = stripes;
        this.table = table;
        this.gate = gate;
        this.slabs = slabs;
        this.classes = classes;
    }

    /** Checks all stripes and notes the frames and ids that they hold. */
    public void check(FrameCensus frames, IdCensus ids) {
        for (int index = 0; index < stripes.count(); index++) {
            Stripe stripe = stripes.get(index);
            checkMarks(stripe);
            for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
                countMagazine(stripe.frames[sizeClass], frames);
            }
            for (int stock = 0; stock < stripe.idCount; stock++) {
                ids.found(stripe.ids[stock], "in the stock of stripe " + index);
            }
            for (int ringIndex = 0; ringIndex < gate.epochCount(); ringIndex++) {
                for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
                    Bin bin = stripe.laBin(ringIndex * classes + sizeClass);
                    if (bin != null) {
                        checkBin(stripe, ringIndex, bin, frames);
                    }
                }
            }
        }
    }

    private static void checkMarks(Stripe stripe) {
        if (stripe.laIsWithinSection()
                || (stripe.lvReading() & 1) != 0
                || stripe.laIsBeingClosed()
                || stripe.lvIsVisited()
                || stripe.lvSharedReaders(0) != 0
                || stripe.lvSharedReaders(1) != 0) {
            throw Invariant.broken(
                    ("stripe %d has a section under way: owner %b, reader %d, being closed %b, being visited %b, "
                                    + "shared readers %d and %d")
                            .formatted(
                                    stripe.index(),
                                    stripe.laIsWithinSection(),
                                    stripe.lvReading(),
                                    stripe.laIsBeingClosed(),
                                    stripe.lvIsVisited(),
                                    stripe.lvSharedReaders(0),
                                    stripe.lvSharedReaders(1)));
        }
    }

    private static void countMagazine(Magazine magazine, FrameCensus frames) {
        for (int index = 0; index < magazine.hotCount(); index++) {
            frames.found(magazine.hot()[index], Found.MAGAZINE);
        }
        frames.foundRun(magazine.runFirst(), magazine.runCount(), Found.MAGAZINE_RUN);
    }

    private void checkBin(Stripe stripe, int ringIndex, Bin bin, FrameCensus frames) {
        int listed = checkPartial(bin);
        int mailed = checkMailbox(bin);
        if (bin.empties() < 0 || bin.empties() > listed) {
            throw Invariant.broken("a bin of stripe %d counts %d empty slabs of %d listed"
                    .formatted(stripe.index(), bin.empties(), listed));
        }
        for (int index = 0; index < bin.empties(); index++) {
            if (!slabs.isEmpty(bin.partial()[index])) {
                throw Invariant.broken("%s is among the empty ones of its bin's partial list"
                        .formatted(slabs.describe(bin.partial()[index])));
            }
        }
        if (bin.partialSlabs() != listed + mailed) {
            throw Invariant.broken("a bin of stripe %d counts %d partial slabs: listed are %d, mailed %d"
                    .formatted(stripe.index(), bin.partialSlabs(), listed, mailed));
        }
        if (bin.unclaimed() != 0 && bin.currentFrame() == NO_FRAME) {
            throw Invariant.broken("a bin of stripe %d hands out slots of no slab".formatted(stripe.index()));
        }
        int full = 0;
        for (int index = 0; index < bin.slabCount(); index++) {
            int frame = bin.slabs()[index];
            frames.found(frame, Found.SLAB);
            checkSlab(stripe, ringIndex, bin, index);
            full += FrameTable.state(table.lvState(frame)) == FrameTable.FULL ? 1 : 0;
        }
        int current = bin.currentFrame() == NO_FRAME ? 0 : 1;
        if (current + listed + mailed + full != bin.slabCount()) {
            throw Invariant.broken("a bin of stripe %d has %d slabs: current %d, listed %d, mailed %d, full %d"
                    .formatted(stripe.index(), bin.slabCount(), current, listed, mailed, full));
        }
    }

    private void checkSlab(Stripe stripe, int ringIndex, Bin bin, int index) {
        int frame = bin.slabs()[index];
        long state = table.lvState(frame);
        if (table.lpSlabIndex(frame) != index
                || FrameTable.stripe(state) != stripe.index()
                || FrameTable.ringIndex(state) != ringIndex
                || table.lopEpoch(frame) != epochAt(ringIndex)) {
            throw Invariant.broken(
                    ("%s is slab %d of the bin of stripe %d at ring index %d, whose open epoch is %d; its own "
                                    + "index is %d")
                            .formatted(
                                    slabs.describe(frame),
                                    index,
                                    stripe.index(),
                                    ringIndex,
                                    gate.lvOpenEpoch(ringIndex),
                                    table.lpSlabIndex(frame)));
        }
        if ((FrameTable.state(state) == FrameTable.CURRENT) != (bin.currentFrame() == frame)) {
            throw Invariant.broken(
                    "%s: the bin's current frame is %d".formatted(slabs.describe(frame), bin.currentFrame()));
        }
        if (stripes.nextUser(ringIndex, stripe.index()) != stripe.index()) {
            throw Invariant.broken(
                    "%s: its stripe is not marked as a user of the epoch".formatted(slabs.describe(frame)));
        }
        slabs.checkOpenSlots(bin, frame);
    }

    /** The epoch that slabs at that place belong to: the open one, or the one that a parked place waits for. */
    private long epochAt(int ringIndex) {
        long open = gate.lvOpenEpoch(ringIndex);
        return EpochGate.isParked(open) ? gate.lopLastOpened(ringIndex) + gate.epochCount() : open;
    }

    /** Checks the partial list; returns its length. */
    private int checkPartial(Bin bin) {
        for (int index = 0; index < bin.listedSlabs(); index++) {
            int frame = bin.partial()[index];
            if (FrameTable.state(table.lvState(frame)) != FrameTable.PARTIAL || table.lpLink(frame) != index) {
                throw Invariant.broken("%s is number %d on the partial list of its bin; its own link is %d"
                        .formatted(slabs.describe(frame), index, table.lpLink(frame)));
            }
        }
        return bin.listedSlabs();
    }

    /** Checks the mailbox; returns its length. */
    private int checkMailbox(Bin bin) {
        int length = 0;
        for (int frame = bin.lvMailbox(); frame != NO_FRAME; frame = table.lpLink(frame)) {
            if (++length > bin.slabCount() || FrameTable.state(table.lvState(frame)) != FrameTable.MAILED) {
                throw Invariant.broken("%s is number %d in the mailbox of its bin, which has %d slabs"
                        .formatted(slabs.describe(frame), length, bin.slabCount()));
            }
        }
        return length;
    }
}
