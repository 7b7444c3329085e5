package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One stripe's slabs of one size class in one epoch: the current slab, whose slots it hands out, and the partial ones, which have free slots again.
 *
 * <p>Everything but the mailbox belongs to the thread that is in the stripe's owner section, or to who closes the epoch after a grace period.
 * Partial slabs form a doubly linked list through {@link SlabTable}; the mailbox is a stack on which other threads put slabs that their frees made partial.
 */
public final class Bin {
    private static final VarHandle MAILBOX;

    static {
        try {
            MAILBOX = MethodHandles.lookup().findVarHandle(Bin.class, "mailbox", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SlabTable table;
    private final long line;

    /** The current slab's frame. */
    int frame = NO_FRAME;

    /** The bitmap word that the claim line was filled from. */
    int claimedWord;

    private int partialHead = NO_FRAME;
    private int[] slabs = new int[2];
    private int slabCount;

    /** Slabs on the partial list that the home thread saw turn empty. */
    int empties;

    private volatile int mailbox = NO_FRAME;

    Bin(SlabTable table, long line) {
        this.table = table;
        this.line = line;
    }

    /** The frame of the current slab, or none. */
    public int currentFrame() {
        return frame;
    }

    /** Slots of the current slab in the claim line, not handed out yet. */
    public long unclaimed() {
        return ClaimLines.claimable(line);
    }

    /** Makes slots of the current slab ready to be handed out. */
    void fill(int bitmapWord, long claimable, long handles, long slots, int slotBytes) {
        claimedWord = bitmapWord;
        ClaimLines.fill(line, claimable, handles, slots, slotBytes);
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
        ClaimLines.clear(line);
        frame = NO_FRAME;
        partialHead = NO_FRAME;
        slabCount = 0;
        empties = 0;
        if (mailbox != NO_FRAME) {
            mailbox = NO_FRAME;
        }
    }

    /** Forgets every slab but the current one, if there is one. Those in {@link #slabs} stay readable: each is added again or not, in order. */
    void forgetSlabs(int current) {
        partialHead = NO_FRAME;
        empties = 0;
        slabCount = 0;
        frame = current;
        if (mailbox != NO_FRAME) {
            mailbox = NO_FRAME;
        }
        if (current != NO_FRAME) {
            slabs[table.place(current)] = slabs[0];
            add(current);
        } else {
            ClaimLines.clear(line);
        }
    }

    void add(int newFrame) {
        if (slabCount == slabs.length) {
            slabs = Arrays.copyOf(slabs, slabCount * 2);
        }
        table.setPlace(newFrame, slabCount);
        slabs[slabCount++] = newFrame;
    }

    void remove(int oldFrame) {
        int place = table.place(oldFrame);
        int last = slabs[--slabCount];
        slabs[place] = last;
        table.setPlace(last, place);
    }

    void pushPartial(int partial) {
        table.setLinks(partial, partialHead, NO_FRAME);
        if (partialHead != NO_FRAME) {
            table.setLinks(partialHead, table.next(partialHead), partial);
        }
        partialHead = partial;
    }

    int popPartial() {
        int partial = partialHead;
        if (partial != NO_FRAME) {
            unlinkPartial(partial);
        }
        return partial;
    }

    void unlinkPartial(int partial) {
        int next = table.next(partial);
        int previous = table.previous(partial);
        if (previous == NO_FRAME) {
            partialHead = next;
        } else {
            table.setLinks(previous, next, table.previous(previous));
        }
        if (next != NO_FRAME) {
            table.setLinks(next, table.next(next), previous);
        }
    }

    /** The first slab on the partial list, or none. */
    int partialHead() {
        return partialHead;
    }

    /** The first slab in the mailbox, or none. */
    int mailbox() {
        return mailbox;
    }

    /** Puts a slab, whose state the caller changed to listed, into the mailbox. Any thread, within a reader section. */
    void mail(int listed) {
        int head;
        do {
            head = mailbox;
            table.setLinks(listed, head, NO_FRAME);
        } while (!MAILBOX.compareAndSet(this, head, listed));
    }

    /** Moves the mailbox's slabs to the partial list; false if there was none. */
    boolean collectMail() {
        if (mailbox == NO_FRAME) {
            return false;
        }
        int mailed = (int) MAILBOX.getAndSet(this, NO_FRAME);
        while (mailed != NO_FRAME) {
            int next = table.next(mailed);
            table.srState(mailed, SlabTable.withState(table.loState(mailed), SlabTable.LISTED));
            pushPartial(mailed);
            mailed = next;
        }
        return true;
    }
}
