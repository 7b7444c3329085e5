package io.znsslab.core.slab;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.registry.HandleLayout;
import java.util.stream.IntStream;

/**
 * What a free does with its slab of an open epoch: once enough slots are free, the slab comes back to its bin's list of
 * partial slabs, by the home thread itself or through the bin's mailbox; once all are free, it is noted as empty, or
 * gives up its frame. Slabs are taken off the lists by {@link SlabRefill}, {@link SlabStealing} and {@link EmptySlabs}.
 *
 * <p>Thread-safe: each method says who may call it.
 */
public final class PartialLists {
    /**
     * A full slab is listed again only when 1/8 of its slots are free; else threads would list and unlist it at every
     * free.
     */
    private static final int HYSTERESIS_SHIFT = 3;

    /** Empty slabs that a bin keeps. */
    private static final int EMPTIES_KEPT = 64;

    private final SlabArena arena;
    private final FrameTable table;
    private final Stripes stripes;
    private final FrameRecycler recycler;
    private final int[] words;
    private final int[] slots;

    /** @param recycler gets the frames of empty slabs that a bin does not keep */
    public PartialLists(SlabArena arena, FrameTable table, Stripes stripes, FrameRecycler recycler) {
        this.arena = arena;
        this.table = table;
        this.stripes = stripes;
        this.recycler = recycler;
        this.words = FreeBits.wordsOfClasses(arena.geometry());
        this.slots = IntStream.range(0, arena.geometry().classes())
                .map(arena.geometry()::slots)
                .toArray();
    }

    /** The free slots from which on a slab of so many slots is worth listing: an eighth. */
    static int threshold(int slots) {
        return Math.max(1, slots >>> HYSTERESIS_SHIFT);
    }

    /**
     * The free slots from which on a full slab of so many slots is listed: as {@link #threshold}, or all where no
     * generation is left and only the frame is of use.
     */
    static int thresholdOfClassed(long line, int slots) {
        return FrameTable.lastGenerationIn(FrameTable.lopIdentity(line)) == HandleLayout.MAX_GENERATION
                ? slots
                : threshold(slots);
    }

    /** The same for a class: a packed slab is listed when all is free, since nothing is handed out again before. */
    private int listingThreshold(long line, int sizeClass) {
        return words[sizeClass] == FreeBits.COUNTED ? slots[sizeClass] : thresholdOfClassed(line, slots[sizeClass]);
    }

    /** Puts a slab, whose state the caller changed to partial, on the bin's list. By the bin's holder. */
    static void push(Bin bin, int frame, boolean empty) {
        bin.pushPartial(frame);
        if (empty) {
            bin.markEmpty(frame);
        }
    }

    /**
     * Whether the home thread, which freed a slot, has to call {@link #noteHomeFree}; decides from what the caller has
     * loaded already, and mostly says no.
     *
     * @param line the slab's, in the table
     * @param pending the slots freed by the home thread, of which there is but one word where {@code slots} is at most
     *     64
     */
    public static boolean mayBeDue(long stateWord, long line, long pending, long slots) {
        int state = FrameTable.state(stateWord);
        if (state == FrameTable.CURRENT) {
            return false;
        }
        int free = Long.bitCount(pending | FrameTable.lopRemote(line, 0));
        return free >= (state == FrameTable.PARTIAL ? slots : slots >>> HYSTERESIS_SHIFT) || slots > Long.SIZE;
    }

    /**
     * Lists a slab that is not current, and of which the home thread freed a slot, if that is due. Within an owner
     * section.
     */
    public void noteHomeFree(Stripe stripe, int frame, long stateWord) {
        StackReserve.forShortPath();
        int state = FrameTable.state(stateWord);
        int sizeClass = arena.classOf(frame);
        long line = table.line(frame);
        int free = FreeBits.count(line, words[sizeClass]);
        if (state == FrameTable.PARTIAL) {
            noteEmpty(stripe, frame, free, sizeClass, stateWord);
        } else if (state == FrameTable.FULL
                && free >= listingThreshold(line, sizeClass)
                && SlabTransitions.list(line, stateWord)) {
            bin(stripe, stateWord, sizeClass).pushPartial(frame);
            stripe.counts[sizeClass].fullToPartial++;
            // all at once where a slab has one slot
            noteEmpty(stripe, frame, free, sizeClass, stateWord);
        }
    }

    /** An open epoch keeps some empty slabs for the next burst; the others' frames are of more use elsewhere. */
    private void noteEmpty(Stripe stripe, int frame, int free, int sizeClass, long stateWord) {
        if (free < slots[sizeClass]) {
            return;
        }
        Bin bin = bin(stripe, stateWord, sizeClass);
        if (bin.empties() < EMPTIES_KEPT) {
            bin.markEmpty(frame);
            return;
        }
        StackReserve.forLongPath();
        recycler.refuseHandles(frame);
        if (words[sizeClass] == FreeBits.COUNTED) {
            // where a header was may be payload in the frame's next use
            recycler.awaitReaders();
        }
        bin.unlinkPartial(frame);
        bin.remove(frame);
        recycler.keepOrGiveBack(stripe, frame);
    }

    private static Bin bin(Stripe stripe, long stateWord, int sizeClass) {
        return requireNonNull(stripe.laBin(stripe.binIndex(FrameTable.ringIndex(stateWord), sizeClass)));
    }

    /** Mails a full slab, of which another thread freed a slot, to its bin if that is due. Within a reader section. */
    public void noteRemoteFree(int frame, long stateWord) {
        int sizeClass = arena.classOf(frame);
        long line = table.line(frame);
        int free = FreeBits.count(line, words[sizeClass]);
        if (free >= listingThreshold(line, sizeClass) && SlabTransitions.mail(line, stateWord)) {
            Bin bin = bin(stripes.get(FrameTable.stripe(stateWord)), stateWord, sizeClass);
            bin.mail(frame);
            if (free == slots[sizeClass]) {
                bin.noteEmptiedByOther();
            }
        }
    }

    /**
     * Notes in its bin that a slab on the list or in the mailbox, of which another thread freed a slot, is empty now,
     * if it is. Within a reader section.
     */
    public void noteRemoteFreeOfPartial(int frame, long stateWord) {
        int sizeClass = arena.classOf(frame);
        if (FreeBits.count(table.line(frame), words[sizeClass]) == slots[sizeClass]) {
            bin(stripes.get(FrameTable.stripe(stateWord)), stateWord, sizeClass).noteEmptiedByOther();
        }
    }
}
