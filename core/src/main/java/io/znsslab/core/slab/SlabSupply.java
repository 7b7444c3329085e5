package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The slow path of allocation: fills a bin's claim word, from its current slab, from a partial one, or from a slab that it opens.
 *
 * <p>Called by the holder of a stripe within an owner section. So nobody closes the epoch meanwhile, and the home thread's words are the caller's.
 */
public final class SlabSupply {
    /** How a call of {@link #fill} ended. */
    public enum Outcome {
        /** The claim word has slots. */
        FILLED,
        /** Somebody takes slabs from the stripe's bins: ask again, in another section. */
        VISITED,
        /** The epoch takes no allocations. */
        EPOCH_CLOSED,
        /** The memory limit is reached. */
        ARENA_FULL,
        /** No slab id is left. */
        IDS_EXHAUSTED
    }

    /** A full slab is listed again only when 1/8 of its slots are free, else threads list and unlist it at every free. */
    private static final int HYSTERESIS_SHIFT = 3;

    /** Empty slabs that a bin keeps. */
    private static final int EMPTIES_KEPT = 64;

    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final SlabTable table;
    private final Registry registry;
    private final HandleLayout layout;
    private final Stripes stripes;
    private final EpochGate gate;
    private final FrameRecycler recycler;
    private final ReaderSection readers;
    private final SlabStealing stealing;
    private final int bitmapWords;
    private final int[] slots;

    /** Puts the parts together. */
    public SlabSupply(
            SlabArena arena,
            SlabTable table,
            Registry registry,
            HandleLayout layout,
            Stripes stripes,
            EpochGate gate,
            FrameRecycler recycler,
            ReaderSection readers) {
        this.arena = arena;
        this.geometry = arena.geometry();
        this.table = table;
        this.registry = registry;
        this.layout = layout;
        this.stripes = stripes;
        this.gate = gate;
        this.recycler = recycler;
        this.readers = readers;
        this.stealing = new SlabStealing(table, stripes, this);
        this.bitmapWords = table.bitmapWords();
        this.slots = IntStream.range(0, geometry.classes()).map(geometry::slots).toArray();
    }

    /** The index of a bin in its stripe. */
    public int binIndex(int ringIndex, int sizeClass) {
        return ringIndex * geometry.classes() + sizeClass;
    }

    /** Fills the claim word of the stripe's bin for the class in the epoch, if it is empty. */
    public Outcome fill(Stripe stripe, long epoch, int sizeClass) {
        int ringIndex = gate.ringIndex(epoch);
        if (!gate.isOpen(epoch)) {
            return Outcome.EPOCH_CLOSED;
        }
        if (stripe.enlistedEpoch[ringIndex] != epoch) {
            stripes.enlist(stripe, ringIndex, epoch);
            // The fence in enlisting pairs with the one between shutting the gate and looking for users.
            if (!gate.isOpen(epoch)) {
                return Outcome.EPOCH_CLOSED;
            }
        }
        if (stripe.isVisited()) {
            return Outcome.VISITED;
        }
        int binIndex = binIndex(ringIndex, sizeClass);
        Bin bin = stripe.bin(binIndex);
        if (bin == null) {
            bin = new Bin(table, stripe.claimLine(binIndex));
            stripe.setBin(binIndex, bin);
        }
        SlabCounts counts = stripe.counts[sizeClass];
        counts.refills++;
        if (bin.unclaimed() != 0
                || fillFromCurrent(bin, sizeClass, counts)
                || fillFromPartial(stripe, bin, sizeClass, counts)) {
            return Outcome.FILLED;
        }
        counts.slowPathHits++;
        if (stealing.steal(stripe, ringIndex, sizeClass) && fillFromPartial(stripe, bin, sizeClass, counts)) {
            return Outcome.FILLED;
        }
        return open(stripe, bin, epoch, sizeClass);
    }

    private boolean fillFromCurrent(Bin bin, int sizeClass, SlabCounts counts) {
        int frame = bin.frame;
        if (frame == NO_FRAME) {
            counts.currentNull++;
            return false;
        }
        if (collect(frame) >= attachedThreshold(sizeClass)
                && !readers.anyCallback()
                && claim(bin, frame, sizeClass, counts)) {
            return true;
        }
        counts.currentFull++;
        counts.partialToFull++;
        bin.frame = NO_FRAME;
        detach(bin, frame, sizeClass);
        return false;
    }

    /** Leaves a slab with too few free slots alone until frees make it worth listing. */
    private void detach(Bin bin, int frame, int sizeClass) {
        long word = table.loState(frame);
        long detached = SlabTable.withState(word, SlabTable.DETACHED);
        table.svState(frame, detached);
        // A thread that freed into the slab while it was current did not list it. Either it sees "detached" or this
        // sees its bit.
        if (collect(frame) >= listingThreshold(frame, sizeClass)
                && table.casState(frame, detached, SlabTable.withState(word, SlabTable.LISTED))) {
            bin.pushPartial(frame);
        }
    }

    private boolean fillFromPartial(Stripe stripe, Bin bin, int sizeClass, SlabCounts counts) {
        do {
            for (int frame = bin.popPartial(); frame != NO_FRAME; frame = bin.popPartial()) {
                boolean isEmpty = collect(frame) == slots[sizeClass];
                if (readers.anyCallback()) {
                    bin.pushPartial(frame);
                    return false;
                }
                if (isEmpty && bin.empties > 0) {
                    bin.empties--;
                }
                table.srState(frame, SlabTable.withState(table.loState(frame), SlabTable.CURRENT));
                bin.frame = frame;
                if (claim(bin, frame, sizeClass, counts)) {
                    return true;
                }
                bin.frame = NO_FRAME;
                if (isEmpty) {
                    bin.remove(frame);
                    recycler.retireExhausted(stripe, frame);
                } else {
                    // Mailed by a thread that took its time: what was free then has been handed out since.
                    detach(bin, frame, sizeClass);
                }
            }
        } while (bin.collectMail());
        return false;
    }

    private Outcome open(Stripe stripe, Bin bin, long epoch, int sizeClass) {
        int frame = recycler.takeFrame(stripe, sizeClass);
        if (frame == NO_FRAME) {
            return Outcome.ARENA_FULL;
        }
        long id = table.slabId(frame);
        int base;
        if (id == Registry.NO_ID) {
            id = takeId(stripe);
            if (id == Registry.NO_ID) {
                recycler.keepUnused(stripe, sizeClass, frame);
                return Outcome.IDS_EXHAUSTED;
            }
            base = Math.max(1, Registry.baseGeneration(registry.word(id)));
        } else {
            base = table.lastGeneration(frame) + 1;
        }
        table.setIdentity(frame, id, base - 1);
        table.setEpoch(frame, epoch);
        freeAllSlots(frame, sizeClass);
        table.beginUse(frame, SlabTable.CURRENT, stripe.index(), gate.ringIndex(epoch));
        bin.add(frame);
        bin.frame = frame;
        registry.publish(id, Registry.word(base, Registry.RESIDENT, sizeClass, Integer.toUnsignedLong(frame)));
        SlabCounts counts = stripe.counts[sizeClass];
        counts.newSlabs++;
        claim(bin, frame, sizeClass, counts);
        return Outcome.FILLED;
    }

    // What goes through the words of a bitmap does the first one outside of the loop, for most slabs have no other.

    private void freeAllSlots(int frame, int sizeClass) {
        table.soPending(frame, 0, geometry.slotMask(sizeClass, 0));
        table.soRemote(frame, 0, 0);
        for (int word = 1; word < bitmapWords; word++) {
            table.soPending(frame, word, geometry.slotMask(sizeClass, word));
            table.soRemote(frame, word, 0);
        }
    }

    /** Whether each slot of the bin's slab is free, by frees of the home thread: then each handle to it is stale by itself. */
    boolean isFreeAsAWhole(Bin bin, int frame, int sizeClass) {
        if (!isWordFree(bin, frame, sizeClass, 0)) {
            return false;
        }
        for (int word = 1; word < bitmapWords; word++) {
            if (!isWordFree(bin, frame, sizeClass, word)) {
                return false;
            }
        }
        return true;
    }

    private boolean isWordFree(Bin bin, int frame, int sizeClass, int word) {
        long free = table.lpPending(frame, word);
        if (frame == bin.frame && word == bin.claimedWord) {
            free |= bin.unclaimed();
        }
        return free == geometry.slotMask(sizeClass, word);
    }

    /** Whether a slab whose handles are refused can go on under its id. */
    boolean canGoOn(int frame) {
        return hasId(frame) && table.lastGeneration(frame) < HandleLayout.MAX_GENERATION;
    }

    boolean hasId(int frame) {
        return table.slabId(frame) != Registry.NO_ID;
    }

    /** Makes all slots of the bin's current slab claimable, whose handles are refused and that can go on. */
    void refillWhole(Bin bin, int frame, int sizeClass, SlabCounts counts) {
        freeAllSlots(frame, sizeClass);
        claim(bin, frame, sizeClass, counts);
    }

    /** Puts a slab whose handles are refused on the bin's partial list, with all its slots free. */
    void listWhole(Bin bin, int frame, int sizeClass) {
        freeAllSlots(frame, sizeClass);
        table.srState(frame, SlabTable.withState(table.loState(frame), SlabTable.LISTED));
        bin.add(frame);
        bin.pushPartial(frame);
        bin.empties++;
    }

    private long takeId(Stripe stripe) {
        if (stripe.idCount == 0) {
            stripe.idCount = registry.takeIds(stripe.ids);
            // Neighbours in the registry for slabs that are opened one after the other, also where ids come back in
            // another order. Handed out from the end: reverse, so that ids ascend.
            Arrays.sort(stripe.ids, 0, stripe.idCount);
            for (int low = 0, high = stripe.idCount - 1; low < high; low++, high--) {
                long id = stripe.ids[low];
                stripe.ids[low] = stripe.ids[high];
                stripe.ids[high] = id;
            }
        }
        return stripe.idCount == 0 ? Registry.NO_ID : stripe.ids[--stripe.idCount];
    }

    /** Moves what others freed to the pending words; how many slots are free there now. */
    private int collect(int frame) {
        int free = collect(frame, 0);
        for (int word = 1; word < bitmapWords; word++) {
            free += collect(frame, word);
        }
        return free;
    }

    private int collect(int frame, int word) {
        long bits = table.lpPending(frame, word);
        if (table.loRemote(frame, word) != 0) {
            bits |= table.takeRemote(frame, word);
            table.soPending(frame, word, bits);
        }
        return Long.bitCount(bits);
    }

    /** Turns one word of free slots into the claim word, under a new generation; false if the slab has none, or no generation, left. */
    private boolean claim(Bin bin, int frame, int sizeClass, SlabCounts counts) {
        int generation = table.lastGeneration(frame) + 1;
        if (generation > HandleLayout.MAX_GENERATION) {
            return false;
        }
        int word = 0;
        long bits = table.lpPending(frame, word);
        while (bits == 0) {
            if (++word == bitmapWords) {
                return false;
            }
            bits = table.lpPending(frame, word);
        }
        long id = table.slabId(frame);
        table.soPending(frame, word, 0);
        table.setIdentity(frame, id, generation);
        bin.fill(
                word,
                bits,
                layout.handle(id, generation, sizeClass) + layout.slotBits(word << 6),
                arena.words().address() + arena.offset(frame) + geometry.slotOffset(sizeClass, word << 6),
                geometry.slotBytes(sizeClass));
        counts.slotsClaimed += Long.bitCount(bits);
        return true;
    }

    private int attachedThreshold(int sizeClass) {
        return bitmapWords == 1 ? threshold(sizeClass) : 1;
    }

    private int threshold(int sizeClass) {
        return Math.max(1, slots[sizeClass] >>> HYSTERESIS_SHIFT);
    }

    /** Free slots from which on a detached slab is listed: an eighth, or all where no generation is left and only the frame is of use. */
    private int listingThreshold(int frame, int sizeClass) {
        return table.lastGeneration(frame) == HandleLayout.MAX_GENERATION ? slots[sizeClass] : threshold(sizeClass);
    }

    /**
     * Whether the home thread, which freed a slot, has to call {@link #noteHomeFree}: sees with what is at hand that it need not, most of the times.
     *
     * @param line the slab's, in the table
     * @param pending the slots freed by the home thread, of which there is but one word where {@code slots} is at most 64
     */
    public static boolean mayBeDue(long stateWord, long line, long pending, long slots) {
        int state = SlabTable.state(stateWord);
        if (state == SlabTable.CURRENT) {
            return false;
        }
        int free = Long.bitCount(pending | SlabTable.loRemote(line));
        return free >= (state == SlabTable.LISTED ? slots : slots >>> HYSTERESIS_SHIFT) || slots > Long.SIZE;
    }

    /** The home thread freed a slot of a slab that is not current: lists the slab if that is due. Within an owner section. */
    public void noteHomeFree(Stripe stripe, int frame, long stateWord) {
        int state = SlabTable.state(stateWord);
        int sizeClass = arena.classOf(frame);
        if (state == SlabTable.LISTED) {
            noteEmpty(stripe, frame, sizeClass, stateWord);
        } else if (state == SlabTable.DETACHED
                && freeSlots(frame) >= listingThreshold(frame, sizeClass)
                && table.casState(frame, stateWord, SlabTable.withState(stateWord, SlabTable.LISTED))) {
            bin(stripe, stateWord, sizeClass).pushPartial(frame);
            stripe.counts[sizeClass].fullToPartial++;
            // all at once where a slab has one slot
            noteEmpty(stripe, frame, sizeClass, stateWord);
        }
    }

    /** An open epoch keeps some empty slabs for the next burst; the others' frames are of more use elsewhere. */
    private void noteEmpty(Stripe stripe, int frame, int sizeClass, long stateWord) {
        if (freeSlots(frame) < slots[sizeClass]) {
            return;
        }
        Bin bin = bin(stripe, stateWord, sizeClass);
        if (bin.empties < EMPTIES_KEPT || readers.anyCallback()) {
            bin.empties++;
            return;
        }
        bin.unlinkPartial(frame);
        bin.remove(frame);
        recycler.recycleEmpty(stripe, frame);
    }

    private Bin bin(Stripe stripe, long stateWord, int sizeClass) {
        return stripe.bin(binIndex(SlabTable.ringIndex(stateWord), sizeClass));
    }

    /** Another thread freed a slot of a detached slab: mails the slab to its bin if that is due. Within a reader section. */
    public void noteRemoteFree(int frame, long stateWord) {
        int sizeClass = arena.classOf(frame);
        if (freeSlots(frame) >= listingThreshold(frame, sizeClass)
                && table.casState(frame, stateWord, SlabTable.withState(stateWord, SlabTable.MAILED))) {
            bin(stripes.get(SlabTable.stripe(stateWord)), stateWord, sizeClass).mail(frame);
        }
    }

    /** Whether no slot of a slab of the class is in use, as far as its bits say. */
    boolean isEmpty(int frame, int sizeClass) {
        return freeSlots(frame) == slots[sizeClass];
    }

    private int freeSlots(int frame) {
        int free = Long.bitCount(table.loPending(frame, 0) | table.loRemote(frame, 0));
        for (int word = 1; word < bitmapWords; word++) {
            free += Long.bitCount(table.loPending(frame, word) | table.loRemote(frame, word));
        }
        return free;
    }
}
