package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.IssuedGenerations;
import io.znsslab.core.registry.Registry;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The slow path of allocation: fills a bin's claim word, from its current slab, from a partial one, or from a slab that
 * it opens.
 *
 * <p>Called by the holder of a stripe within an owner section. So no closing of the epoch proceeds meanwhile, and the
 * home thread's words are the caller's.
 */
public final class SlabRefill {
    /** How a call of {@link #fill} ended. */
    public enum Outcome {
        /** The claim word has slots. */
        FILLED,
        /** Another thread takes slabs from the stripe's bins: ask again, in another section. */
        VISITED,
        /** The epoch takes no allocations. */
        EPOCH_CLOSED,
        /** The memory limit is reached. */
        ARENA_FULL,
        /** No slab id is left. */
        IDS_EXHAUSTED
    }

    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final SlabTransitions transitions;
    private final FrameTable table;
    private final Registry registry;
    private final HandleLayout layout;
    private final Stripes stripes;
    private final EpochGate gate;
    private final FrameRecycler recycler;
    private final SlabStealing stealing;
    private final long memory;
    private final int bitmapWords;
    private final int packedClass;
    private final int[] slots;
    private final PackedRefill packed;

    public SlabRefill(
            SlabArena arena,
            SlabTransitions transitions,
            HandleLayout layout,
            Stripes stripes,
            EpochGate gate,
            FrameRecycler recycler) {
        this.arena = arena;
        this.geometry = arena.geometry();
        this.transitions = transitions;
        this.table = transitions.table();
        this.registry = transitions.registry();
        this.layout = layout;
        this.stripes = stripes;
        this.gate = gate;
        this.recycler = recycler;
        this.stealing = new SlabStealing(table, stripes, new FreeBits(arena, table));
        this.memory = arena.words().address();
        this.bitmapWords = table.bitmapWords();
        this.packedClass = geometry.packedClass();
        this.packed = new PackedRefill(arena, transitions, layout, recycler);
        this.slots = IntStream.range(0, geometry.classes()).map(geometry::slots).toArray();
    }

    /**
     * Fills the claim line of the stripe's bin for the class in the epoch, if it has too little.
     *
     * @param needed slots that are needed in a row: 1, or for packed slabs 1 to all of a slab
     */
    public Outcome fill(Stripe stripe, long epoch, int sizeClass, int needed) {
        int ringIndex = gate.ringIndex(epoch);
        if (!gate.laIsOpen(epoch)) {
            return Outcome.EPOCH_CLOSED;
        }
        if (stripe.enlistedEpoch[ringIndex] != epoch) {
            stripes.enlist(stripe, ringIndex, epoch);
            // The fence in enlisting pairs with the one between shutting the gate and reading the users.
            if (!gate.laIsOpen(epoch)) {
                return Outcome.EPOCH_CLOSED;
            }
        }
        if (stripe.lvIsVisited()) {
            return Outcome.VISITED;
        }
        int binIndex = stripe.binIndex(ringIndex, sizeClass);
        Bin bin = stripe.laBin(binIndex);
        if (bin == null) {
            bin = new Bin(table, stripe.claimLine(binIndex), geometry.slotBytes(sizeClass));
            stripe.srBin(binIndex, bin);
        }
        SlabCounters counts = stripe.counts[sizeClass];
        counts.refills++;
        if (sizeClass == packedClass) {
            return fillPacked(stripe, bin, epoch, needed, counts);
        }
        if (bin.unclaimed() != 0 || refill(stripe, bin, sizeClass, counts)) {
            return Outcome.FILLED;
        }
        StackReserve.forLongPath();
        counts.slowPathHits++;
        if (stealing.steal(stripe, ringIndex, sizeClass) && refill(stripe, bin, sizeClass, counts)) {
            return Outcome.FILLED;
        }
        return open(stripe, bin, epoch, sizeClass);
    }

    private Outcome fillPacked(Stripe stripe, Bin bin, long epoch, int needed, SlabCounters counts) {
        if (bin.unclaimed() >= needed || packed.refill(stripe, bin, counts)) {
            return Outcome.FILLED;
        }
        StackReserve.forLongPath();
        counts.slowPathHits++;
        if (stealing.steal(stripe, gate.ringIndex(epoch), packedClass) && packed.refill(stripe, bin, counts)) {
            return Outcome.FILLED;
        }
        return open(stripe, bin, epoch, packedClass);
    }

    // From here to claim() is the code that each refill passes. It computes a slab's line once, and loads each word as
    // seldom as it can, since the compiler leaves accesses to memory as calls where one method has too many.

    /** Fills from the bin's current slab, or from a partial one, which becomes the current one. */
    private boolean refill(Stripe stripe, Bin bin, int sizeClass, SlabCounters counts) {
        int frame = bin.frame;
        if (frame == NO_FRAME) {
            counts.currentNull++;
            frame = attachPartial(bin);
        } else if (!isClaimable(table.line(frame), attachedThreshold(sizeClass))) {
            counts.currentFull++;
            counts.partialToFull++;
            detach(bin, frame, sizeClass);
            frame = attachPartial(bin);
        }
        while (frame != NO_FRAME && !claim(bin, frame, sizeClass, counts)) {
            giveUp(stripe, bin, frame, sizeClass);
            frame = attachPartial(bin);
        }
        return frame != NO_FRAME;
    }

    /** Leaves the current slab, which has too few free slots, alone until frees make it worth listing. */
    private void detach(Bin bin, int frame, int sizeClass) {
        bin.frame = NO_FRAME;
        long line = table.line(frame);
        long full = SlabTransitions.detach(line);
        // A thread that freed into the slab while it was current did not list it. Either that thread sees "full", or
        // this one sees its bit.
        int free = FreeBits.collect(line, bitmapWords);
        if (free >= PartialLists.threshold(slots[sizeClass])
                && free >= PartialLists.thresholdOfClassed(line, slots[sizeClass])
                && SlabTransitions.list(line, full)) {
            PartialLists.push(bin, frame, free == slots[sizeClass]);
        }
    }

    /** Makes a partial slab the current one; returns its frame, or none. */
    private int attachPartial(Bin bin) {
        if (bin.listedSlabs() == 0 && !bin.collectMail()) {
            return NO_FRAME;
        }
        int frame = popUnpinned(bin);
        while (frame == NO_FRAME) {
            if (!bin.collectMail()) {
                return NO_FRAME;
            }
            frame = popUnpinned(bin);
        }
        long line = table.line(frame);
        FreeBits.collect(line, bitmapWords);
        SlabTransitions.attach(line);
        bin.frame = frame;
        return frame;
    }

    /**
     * Takes the partial slab that was listed last and is not pinned off the list: no more are passed by than there are
     * looks.
     */
    private int popUnpinned(Bin bin) {
        int[] partial = bin.partial();
        for (int index = bin.listedSlabs() - 1; index >= 0; index--) {
            int frame = partial[index];
            if (isClaimable(table.line(frame), 0)) {
                bin.unlinkPartial(frame);
                return frame;
            }
        }
        return NO_FRAME;
    }

    /**
     * Whether a slab has so many free slots and may hand them out: it is not pinned by a look, whose object may have
     * been freed since. The pins are read last, so that the pin of a look that saw the object live is seen here.
     */
    private boolean isClaimable(long line, int atLeast) {
        return FreeBits.collect(line, bitmapWords) >= atLeast && !FrameTable.lvIsPinned(line);
    }

    /**
     * Gives up the current slab, of which nothing can be handed out: it was mailed late, and what was free then has
     * been handed out since; or no generation is left.
     */
    private void giveUp(Stripe stripe, Bin bin, int frame, int sizeClass) {
        StackReserve.forLongPath();
        if (FreeBits.collect(table.line(frame), bitmapWords) < slots[sizeClass]) {
            detach(bin, frame, sizeClass);
            return;
        }
        bin.frame = NO_FRAME;
        bin.remove(frame);
        recycler.retireExhausted(stripe, frame, false);
    }

    /**
     * Turns one word of free slots into the claim word, under a new generation; false if the slab has none, or no
     * generation, left.
     */
    private boolean claim(Bin bin, int frame, int sizeClass, SlabCounters counts) {
        long line = table.line(frame);
        int word = 0;
        long bits = FrameTable.lpPending(line, 0);
        while (bits == 0) {
            if (++word == bitmapWords) {
                return false;
            }
            bits = FrameTable.lpPending(line, word);
        }
        long identity = FrameTable.lopIdentity(line);
        if (IssuedGenerations.endsStep(FrameTable.lastGenerationIn(identity)) && !mayGoOn(identity)) {
            return false;
        }
        FrameTable.sopPending(line, word, 0);
        SlabTransitions.beginGeneration(line, identity);
        claim(bin, frame, sizeClass, word, bits, identity + 1);
        counts.slotsClaimed += Long.bitCount(bits);
        return true;
    }

    private void claim(Bin bin, int frame, int sizeClass, int word, long bits, long identity) {
        int firstSlot = word << 6;
        bin.fill(
                word,
                bits,
                layout.handle(FrameTable.slabIdIn(identity), FrameTable.lastGenerationIn(identity), sizeClass)
                        + layout.slotBits(firstSlot),
                memory + arena.offset(frame) + geometry.slotOffset(sizeClass, firstSlot));
    }

    private Outcome open(Stripe stripe, Bin bin, long epoch, int sizeClass) {
        bin.expect(1);
        int frame = hasRoomForIds(stripe, sizeClass) ? recycler.takeFrame(stripe, sizeClass) : NO_FRAME;
        if (frame == NO_FRAME) {
            return Outcome.ARENA_FULL;
        }
        long id = table.lopSlabId(frame);
        int base;
        if (id == Registry.NO_ID) {
            try {
                id = takeId(stripe);
            } finally {
                // the tier may throw while it makes ids durable
                if (id == Registry.NO_ID) {
                    recycler.keepUnused(stripe, sizeClass, frame);
                }
            }
            if (id == Registry.NO_ID) {
                return Outcome.IDS_EXHAUSTED;
            }
            base = Math.max(1, Registry.baseGeneration(registry.laWord(id)));
        } else {
            base = table.lopLastGeneration(frame) + 1;
        }
        if (!mayOpen(stripe, frame, sizeClass, id, base)) {
            return Outcome.IDS_EXHAUSTED;
        }
        table.sopEpoch(frame, epoch);
        freeAllSlots(table.line(frame), sizeClass);
        bin.add(frame);
        bin.frame = frame;
        transitions.open(frame, id, base, sizeClass, stripe.index(), gate.ringIndex(epoch));
        SlabCounters counts = stripe.counts[sizeClass];
        counts.newSlabs++;
        claimAny(bin, frame, sizeClass, counts);
        return Outcome.FILLED;
    }

    /**
     * Whether the slab can be found by an id. At the memory limit a frame's memory makes room for the tables: else
     * frames that are free, and ids without room, would be of no use to each other.
     */
    private boolean hasRoomForIds(Stripe stripe, int sizeClass) {
        while (stripe.idCount == 0 && !registry.ids().makeRoom()) {
            int frame = recycler.takeFrame(stripe, sizeClass);
            if (frame == NO_FRAME || arena.giveBack(new int[] {frame}, 1) == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a slab may begin with that generation. If not, id and frame are given back, also where the tier throws.
     */
    private boolean mayOpen(Stripe stripe, int frame, int sizeClass, long id, int base) {
        boolean may = false;
        try {
            may = registry.generations().mayIssue(id, base);
            return may;
        } finally {
            if (!may) {
                recycler.keepUnopened(stripe, sizeClass, frame, id, base - 1);
            }
        }
    }

    private void freeAllSlots(long line, int sizeClass) {
        if (sizeClass == packedClass) {
            FrameTable.sopPending(line, 0, slots[sizeClass]);
            FrameTable.sopRemote(line, 0, 0);
            return;
        }
        FrameTable.sopPending(line, 0, geometry.slotMask(sizeClass, 0));
        FrameTable.sopRemote(line, 0, 0);
        for (int word = 1; word < bitmapWords; word++) {
            FrameTable.sopPending(line, word, geometry.slotMask(sizeClass, word));
            FrameTable.sopRemote(line, word, 0);
        }
    }

    private boolean canGoOn(long identity) {
        return FrameTable.slabIdIn(identity) != Registry.NO_ID
                && (!IssuedGenerations.endsStep(FrameTable.lastGenerationIn(identity)) || mayGoOn(identity));
    }

    /** Whether a slab whose step of generations has ended may issue those of the next. May wait for the cold tier. */
    private boolean mayGoOn(long identity) {
        return registry.generations()
                .mayBeginStep(FrameTable.slabIdIn(identity), FrameTable.lastGenerationIn(identity) + 1);
    }

    /**
     * Makes all slots of the bin's current slab claimable, whose handles are refused, in an epoch to come; false if the
     * slab can't go on under its id, or is pinned.
     */
    boolean refillWhole(Bin bin, int frame, int sizeClass, long epoch, SlabCounters counts) {
        long line = table.line(frame);
        long identity = FrameTable.lopIdentity(line);
        if (!canGoOn(identity) || FrameTable.lvIsPinned(line)) {
            return false;
        }
        freeAllSlots(line, sizeClass);
        FrameTable.sopEpoch(line, epoch);
        return claimAny(bin, frame, sizeClass, counts);
    }

    private boolean claimAny(Bin bin, int frame, int sizeClass, SlabCounters counts) {
        return sizeClass == packedClass ? packed.claim(bin, frame, counts) : claim(bin, frame, sizeClass, counts);
    }

    /**
     * Puts a slab whose handles are refused on the bin's partial list, with all its slots free, in an epoch to come;
     * false if the slab can't go on under its id.
     */
    boolean listWhole(Bin bin, int frame, int sizeClass, long epoch) {
        long line = table.line(frame);
        if (!canGoOn(FrameTable.lopIdentity(line))) {
            return false;
        }
        freeAllSlots(line, sizeClass);
        FrameTable.sopEpoch(line, epoch);
        SlabTransitions.listHeld(line);
        bin.add(frame);
        PartialLists.push(bin, frame, true);
        return true;
    }

    private long takeId(Stripe stripe) {
        if (stripe.idCount == 0) {
            stripe.idCount = registry.ids().take(stripe.ids);
            // Slabs that are opened one after the other get neighbours in the registry, also where ids come back in
            // another order. Ids are handed out from the end, so the order is reversed for them to ascend.
            Arrays.sort(stripe.ids, 0, stripe.idCount);
            for (int low = 0, high = stripe.idCount - 1; low < high; low++, high--) {
                long id = stripe.ids[low];
                stripe.ids[low] = stripe.ids[high];
                stripe.ids[high] = id;
            }
        }
        return stripe.idCount == 0 ? Registry.NO_ID : stripe.ids[--stripe.idCount];
    }

    private int attachedThreshold(int sizeClass) {
        return bitmapWords == 1 ? PartialLists.threshold(slots[sizeClass]) : 1;
    }
}
