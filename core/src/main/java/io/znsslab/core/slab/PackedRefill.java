package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.IssuedGenerations;
import io.znsslab.core.registry.Registry;

/**
 * Refills the claim line of a bin of packed slabs: with a slab as a whole, under a new generation. Part of
 * {@link SlabRefill}; called by the holder of the stripe within an owner section.
 */
final class PackedRefill {
    private static final int REFUSED_TOGETHER = 64;

    private final SlabArena arena;
    private final SlabTransitions transitions;
    private final FrameTable table;
    private final Registry registry;
    private final HandleLayout layout;
    private final FrameRecycler recycler;
    private final int packedClass;
    private final int slots;
    private final long memory;

    PackedRefill(SlabArena arena, SlabTransitions transitions, HandleLayout layout, FrameRecycler recycler) {
        SlabGeometry geometry = arena.geometry();
        this.arena = arena;
        this.transitions = transitions;
        this.table = transitions.table();
        this.registry = transitions.registry();
        this.layout = layout;
        this.recycler = recycler;
        this.packedClass = geometry.packedClass();
        this.slots = geometry.slots(packedClass);
        this.memory = arena.words().address();
    }

    /** Fills from an empty slab of the bin's list, which becomes the current one. */
    boolean refill(Stripe stripe, Bin bin, SlabCounters counts) {
        if (bin.frame == NO_FRAME) {
            counts.currentNull++;
        } else {
            counts.currentFull++;
            counts.partialToFull++;
            detach(bin);
        }
        for (int frame = attachEmpty(bin); frame != NO_FRAME; frame = attachEmpty(bin)) {
            if (claim(bin, frame, counts)) {
                return true;
            }
            retire(stripe, bin, frame);
        }
        return false;
    }

    /** Leaves the current slab, at whose end there is too little room, alone until it is empty. */
    private void detach(Bin bin) {
        int frame = bin.frame;
        long line = table.line(frame);
        FrameTable.sopPendingPlus(line, bin.takeUnclaimed());
        bin.frame = NO_FRAME;
        long full = SlabTransitions.detach(line);
        // A thread that freed into the slab while it was current did not list it. Either that thread sees "full", or
        // this one sees what it counted.
        if (FrameTable.laFreeGranules(line) == slots && SlabTransitions.list(line, full)) {
            PartialLists.push(bin, frame, true);
        }
    }

    /** Makes an empty slab that is not pinned the current one; returns its frame, or none. */
    private int attachEmpty(Bin bin) {
        do {
            int[] partial = bin.partial();
            for (int index = bin.listedSlabs() - 1; index >= 0; index--) {
                int frame = partial[index];
                long line = table.line(frame);
                // The pins are read last, so that the pin of a look that saw an object live is seen here.
                if (FrameTable.laFreeGranules(line) == slots && !FrameTable.lvIsPinned(line)) {
                    bin.unlinkPartial(frame);
                    SlabTransitions.attach(line);
                    bin.frame = frame;
                    return frame;
                }
            }
        } while (bin.collectMail());
        return NO_FRAME;
    }

    /**
     * Makes all granules of the bin's current slab, in which all are free, claimable under a new generation; false if
     * there is none left. Handles of the one before are refused, and readers that found them before are waited for:
     * what was a header may be payload from now on.
     */
    boolean claim(Bin bin, int frame, SlabCounters counts) {
        long line = table.line(frame);
        long identity = FrameTable.lopIdentity(line);
        long id = FrameTable.slabIdIn(identity);
        int last = FrameTable.lastGenerationIn(identity);
        if (last == HandleLayout.MAX_GENERATION
                || (IssuedGenerations.endsStep(last) && !registry.generations().mayBeginStep(id, last + 1))) {
            return false;
        }
        if (hasHandles(frame)) {
            StackReserve.forLongPath();
            refuseHandlesOfEmpties(bin);
            transitions.refuseHandles(frame, packedClass);
            recycler.awaitReaders();
        }
        FrameTable.sopPending(line, 0, 0);
        FrameTable.sopRemote(line, 0, 0);
        SlabTransitions.beginGeneration(line, identity);
        long first = memory + arena.offset(frame) + SlabGeometry.SLAB_HEADER_BYTES;
        bin.fill(
                0,
                slots,
                layout.handle(id, last + 1, packedClass) + layout.slotBits(slots),
                first + ((long) slots << arena.geometry().granuleShift()));
        counts.slotsClaimed += slots;
        return true;
    }

    /** Whether handles of the slab were issued that have not been refused. */
    private boolean hasHandles(int frame) {
        return Registry.baseGeneration(registry.laWord(table.lopSlabId(frame))) <= table.lopLastGeneration(frame);
    }

    /** Refuses the handles of slabs that are next in turn as well: then their readers are waited for only once. */
    private void refuseHandlesOfEmpties(Bin bin) {
        int[] partial = bin.partial();
        int count = bin.listedSlabs();
        for (int index = Math.max(0, count - REFUSED_TOGETHER); index < count; index++) {
            int frame = partial[index];
            if (FrameTable.laFreeGranules(table.line(frame)) == slots
                    && table.lopLastGeneration(frame) != HandleLayout.MAX_GENERATION
                    && hasHandles(frame)) {
                transitions.refuseHandles(frame, packedClass);
            }
        }
    }

    /** Gives up the current slab, which is empty and has no generation left. */
    private void retire(Stripe stripe, Bin bin, int frame) {
        StackReserve.forLongPath();
        bin.frame = NO_FRAME;
        bin.remove(frame);
        recycler.retireExhausted(stripe, frame, true);
    }
}
