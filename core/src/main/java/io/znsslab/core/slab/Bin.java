package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One stripe's slabs of one size class in one epoch: the current slab, whose slots it hands out, and the partial ones,
 * which have free slots again.
 *
 * <p>Everything but the mailbox belongs to the bin's holder: the thread in the stripe's owner section, the closing of
 * the epoch after a grace period, or a visitor ({@link SlabStealing}, {@link DirectReclaim}). The mailbox is a stack,
 * linked through {@link FrameTable}, on which other threads put slabs that their frees made partial; the holder takes
 * it as a whole.
 */
public final class Bin {
    private static final VarHandle MAILBOX;
    private static final VarHandle EMPTIED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MAILBOX = lookup.findVarHandle(Bin.class, "mailbox", long.class);
            EMPTIED = lookup.findVarHandle(Bin.class, "emptiedByOthers", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long NO_MAIL = Integer.toUnsignedLong(NO_FRAME);
    private static final long ONE_MAILED = 1L << 32;
    private static final long MAILED_COUNT = -ONE_MAILED;

    private final FrameTable table;
    private final long line;

    /** The current slab's frame. */
    int frame = NO_FRAME;

    /** The bitmap word that the claim line was filled from. */
    int claimedWord;

    /**
     * The partial slabs' frames, empty ones first; the last one is taken first, so that empty ones stay empty. As long
     * as {@link #slabs}: a free that lists a slab can't ask the heap for room.
     */
    private int[] partial = new int[2];

    private int partialCount;
    private int[] slabs = new int[2];
    private int slabCount;

    /** The first so many slabs on the partial list are known to be empty. */
    private int empties;

    /**
     * Slabs that turned empty on the partial list or in the mailbox by frees of other threads, and whose index on the
     * list does not say so.
     */
    private volatile int emptiedByOthers;

    /** The first slab's frame, below the number of slabs. */
    private volatile long mailbox = NO_MAIL;

    Bin(FrameTable table, long line, int slotBytes) {
        this.table = table;
        this.line = line;
        ClaimLines.prepare(line, slotBytes);
    }

    /** The frame of the current slab, or none. */
    public int currentFrame() {
        return frame;
    }

    /** Slots of the current slab in the claim line, not handed out yet. */
    public long unclaimed() {
        return ClaimLines.lpClaimable(line);
    }

    /** Takes what is not handed out of the current packed slab: granules at its end. */
    long takeUnclaimed() {
        long left = ClaimLines.lpClaimable(line);
        ClaimLines.spClaimable(line, 0);
        return left;
    }

    /** Makes slots of the current slab ready to be handed out. */
    void fill(int bitmapWord, long claimable, long handles, long slots) {
        claimedWord = bitmapWord;
        ClaimLines.fill(line, claimable, handles, slots);
    }

    /** The bitmap word that the claim line stands for. */
    public int claimedWord() {
        return claimedWord;
    }

    /** The frames of the bin's slabs, of which the first {@link #slabCount()} count. */
    public int[] slabs() {
        return slabs;
    }

    /** Number of slabs. */
    public int slabCount() {
        return slabCount;
    }

    /** Forgets every slab. */
    public void clear() {
        ClaimLines.spClaimable(line, 0);
        frame = NO_FRAME;
        slabCount = 0;
        forgetLists();
    }

    /**
     * Forgets every slab but the current one, if there is one. Those in {@link #slabs} stay readable: each is added
     * again or not, in order.
     */
    void forgetSlabs(int current) {
        slabCount = 0;
        frame = current;
        forgetLists();
        if (current != NO_FRAME) {
            slabs[table.lpSlabIndex(current)] = slabs[0];
            add(current);
        } else {
            ClaimLines.spClaimable(line, 0);
        }
    }

    private void forgetLists() {
        partialCount = 0;
        empties = 0;
        if (emptiedByOthers != 0) {
            emptiedByOthers = 0;
        }
        if (mailbox != NO_MAIL) {
            mailbox = NO_MAIL;
        }
    }

    /** Slabs on the partial list. */
    int listedSlabs() {
        return partialCount;
    }

    /** Slabs that have free slots again: for any thread, a hint. */
    int partialSlabs() {
        return partialCount + (int) (mailbox >>> 32);
    }

    /**
     * Has room on the lists for so many slabs more, so that neither adding them nor listing any slab of the bin asks
     * the heap for some. Throws where that has none, and then nothing has changed.
     */
    void expect(int more) {
        int needed = slabCount + more;
        if (needed > slabs.length) {
            int length = Math.max(needed, slabs.length * 2);
            int[] longerPartial = Arrays.copyOf(partial, length);
            slabs = Arrays.copyOf(slabs, length);
            partial = longerPartial;
        }
    }

    /** Adds a slab for which {@link #expect} found room. */
    void add(int newFrame) {
        table.spSlabIndex(newFrame, slabCount);
        slabs[slabCount++] = newFrame;
    }

    void remove(int oldFrame) {
        int index = table.lpSlabIndex(oldFrame);
        int last = slabs[--slabCount];
        slabs[index] = last;
        table.spSlabIndex(last, index);
    }

    void pushPartial(int newFrame) {
        putPartial(partialCount++, newFrame);
    }

    private void putPartial(int index, int frameThere) {
        partial[index] = frameThere;
        table.spLink(frameThere, index);
    }

    /** Notes that a slab on the partial list is empty: no thread allocates from it there, so it stays so. */
    void markEmpty(int listed) {
        int index = table.lpLink(listed);
        if (index >= empties) {
            putPartial(index, partial[empties]);
            putPartial(empties++, listed);
        }
    }

    int popPartial() {
        if (partialCount == 0) {
            return NO_FRAME;
        }
        if (partialCount == empties) {
            empties--;
        }
        return partial[--partialCount];
    }

    void unlinkPartial(int oldFrame) {
        int hole = table.lpLink(oldFrame);
        if (hole < empties) {
            putPartial(hole, partial[--empties]);
            hole = empties;
        }
        int last = partial[--partialCount];
        if (hole < partialCount) {
            putPartial(hole, last);
        }
    }

    /** How many slabs on the partial list are known to be empty: those in front. For any thread, a hint. */
    int empties() {
        return empties;
    }

    /** Counts a slab on the list or in the mailbox that a free of another thread has left empty. Any thread. */
    void noteEmptiedByOther() {
        EMPTIED.getAndAdd(this, 1);
    }

    /** How often that was noted since {@link #markAllEmpty}, volatile. */
    int lvEmptiedByOthers() {
        return emptiedByOthers;
    }

    /** Tests every slab on the partial list for whether it is empty. */
    void markAllEmpty(IntPredicate isEmpty) {
        // First, so that one that is noted from here on is searched for again.
        emptiedByOthers = 0;
        for (int index = empties; index < partialCount; index++) {
            int listed = partial[index];
            if (isEmpty.test(listed)) {
                // What comes to this index from the front was tested before.
                markEmpty(listed);
            }
        }
    }

    /** The frames of the partial slabs, of which the first {@link #listedSlabs()} count. */
    int[] partial() {
        return partial;
    }

    /** The first slab in the mailbox, or none; volatile. */
    int lvMailbox() {
        return (int) mailbox;
    }

    /**
     * Puts a slab, whose state the caller changed to mailed, into the mailbox, by a compare-and-set. Any thread, within
     * a reader section.
     */
    void mail(int listed) {
        long mail;
        long more;
        do {
            mail = mailbox;
            table.spLink(listed, (int) mail);
            more = (mail + ONE_MAILED & MAILED_COUNT) | Integer.toUnsignedLong(listed);
        } while (!MAILBOX.compareAndSet(this, mail, more));
    }

    /** Moves the mailbox's slabs to the partial list, after an exchange; false if there was none. */
    boolean collectMail() {
        if (mailbox == NO_MAIL) {
            return false;
        }
        int mailed = (int) (long) MAILBOX.getAndSet(this, NO_MAIL);
        while (mailed != NO_FRAME) {
            int next = table.lpLink(mailed);
            SlabTransitions.listHeld(table.line(mailed));
            pushPartial(mailed);
            mailed = next;
        }
        return true;
    }
}
