package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.registry.HandleLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Takes the slabs without a live object out of a stripe's bins, in all open epochs, and empties its magazines: the part
 * of a reclaim ({@link DirectReclaim}) that works on another thread's stripe.
 *
 * <p>The visitor is in its own section and has enlisted itself as a user of each epoch before it found it open there:
 * the closing of such an epoch waits for that section. The owner of the visited stripe leaves its bins alone meanwhile,
 * and goes on handing out the slots in its claim lines. So a current slab that looks empty is <em>suspended</em> first:
 * the visitor empties its claim line by an exchange, and waits for the owner section that may have read it before.
 * Either that section has written the line again, and then the slab is in use; or it took one slot at most, and the
 * slot's header shows it.
 *
 * <p>One visitor at a time, which holds {@link Stripes#visiting()}.
 */
final class EmptySlabs {
    /** A claim line that is empty for the moment, and the slots that were in it. */
    private static final class Suspended {
        final Bin bin;
        final long line;
        long slots;

        Suspended(Bin bin, long line) {
            this.bin = bin;
            this.line = line;
        }
    }

    private final HandleLayout layout;
    private final Stripes stripes;
    private final EpochGate gate;
    private final FreeBits bits;
    private final FrameRecycler recycler;
    private final BitSet joined = new BitSet();
    private final List<Suspended> suspended = new ArrayList<>();
    private int[] frames = new int[32];
    private int frameCount;

    EmptySlabs(HandleLayout layout, Stripes stripes, EpochGate gate, FreeBits bits, FrameRecycler recycler) {
        this.layout = layout;
        this.stripes = stripes;
        this.gate = gate;
        this.bits = bits;
        this.recycler = recycler;
    }

    /** How many slabs were taken, and their frames not released yet. */
    int frameCount() {
        return frameCount;
    }

    /**
     * Releases the frames of the slabs that were taken, whose handles are refused: no section finds them any more.
     *
     * @return bytes given back to the operating system by now
     */
    long releaseFrames() {
        int count = frameCount;
        frameCount = 0;
        if (count > 0) {
            // Where a packed slab had a header may be payload in the frame's next use.
            recycler.awaitReaders();
        }
        return recycler.release(null, frames, count);
    }

    /**
     * Takes the stripe's empty slabs, and moves the frames in its magazines to the pools.
     *
     * @param self the visitor's stripe, its own or one that it shares; the visitor is in no section
     * @param complete whether to walk through all partial lists, also those that few empty slabs were noted for
     * @return whether the magazines had any frame
     */
    boolean visit(Stripe self, Stripe stripe, int[] places, boolean complete) {
        beginSection(self);
        try {
            if (stripe == self) {
                return take(self, stripe, places, complete);
            }
            return stripe.isShared()
                    ? visitShared(self, stripe, places, complete)
                    : visitOwned(self, stripe, places, complete);
        } finally {
            leaveEpochs(self);
            endSection(self);
        }
    }

    private static void beginSection(Stripe self) {
        if (self.isShared()) {
            self.lock().lock();
        } else {
            self.enter();
        }
    }

    private static void endSection(Stripe self) {
        if (self.isShared()) {
            self.lock().unlock();
        } else {
            self.exit();
        }
    }

    private boolean visitShared(Stripe self, Stripe stripe, int[] places, boolean complete) {
        stripe.lock().lock();
        try {
            return take(self, stripe, places, complete);
        } finally {
            stripe.lock().unlock();
        }
    }

    private boolean visitOwned(Stripe self, Stripe stripe, int[] places, boolean complete) {
        stripe.beginVisit();
        try {
            GracePeriod.awaitOneOwner(stripe);
            return take(self, stripe, places, complete);
        } finally {
            stripe.endVisit();
        }
    }

    private boolean take(Stripe self, Stripe stripe, int[] places, boolean complete) {
        try {
            for (int place : places) {
                if (stripes.isUser(stripe, place) && joinEpoch(self, place)) {
                    takeFromEpoch(stripe, place, complete);
                }
            }
        } finally {
            // also where the heap is full: the owner can't hand out of a suspended line
            takeOrResumeAll(self, stripe);
        }
        return recycler.emptyMagazines(stripe);
    }

    /** Whether the epoch at the place is open and stays so until the visitor's section ends. */
    private boolean joinEpoch(Stripe self, int place) {
        long epoch = gate.lvOpenEpoch(place);
        if (epoch < 0) {
            return false;
        }
        if (self.enlistedEpoch[place] != epoch) {
            boolean joins = !stripes.isUser(self, place);
            if (joins) {
                joined.set(place);
            }
            stripes.enlist(self, place, epoch);
        }
        return gate.laIsOpen(place, epoch);
    }

    /** Undoes the enlisting: an epoch with one user ends at less cost. */
    private void leaveEpochs(Stripe self) {
        // with nothing that asks the heap for room: the visitor's section ends after this
        for (int place = joined.nextSetBit(0); place >= 0; place = joined.nextSetBit(place + 1)) {
            stripes.delist(self, place);
            self.enlistedEpoch[place] = -1;
        }
        joined.clear();
    }

    private void takeFromEpoch(Stripe stripe, int place, boolean complete) {
        for (int sizeClass = 0; sizeClass < stripe.frames.length; sizeClass++) {
            int binIndex = stripe.binIndex(place, sizeClass);
            Bin bin = stripe.laBin(binIndex);
            if (bin != null) {
                takeListed(bin, complete);
                int current = bin.currentFrame();
                if (current != NO_FRAME && bits.isEmptyBut(current, bin.claimedWord(), bin.unclaimed())) {
                    suspend(bin, stripe.claimLine(binIndex));
                }
            }
        }
    }

    private void takeListed(Bin bin, boolean complete) {
        if (complete || DirectReclaim.isWorthAWalk(bin)) {
            bin.collectMail();
            bin.markAllEmpty(bits::isEmpty);
        }
        while (bin.empties() > 0) {
            expectFrame();
            int frame = bin.partial()[0];
            bin.unlinkPartial(frame);
            take(bin, frame);
        }
    }

    private void suspend(Bin bin, long line) {
        expectFrame();
        Suspended noted = new Suspended(bin, line);
        suspended.add(noted);
        // Last: without a note of them, the slots would be lost.
        noted.slots = ClaimLines.xchgClaimable(line, 0);
    }

    private void takeOrResumeAll(Stripe self, Stripe stripe) {
        if (!suspended.isEmpty() && stripe != self && !stripe.isShared()) {
            GracePeriod.awaitOneOwner(stripe);
        }
        for (int index = suspended.size() - 1; index >= 0; index--) {
            takeOrResume(suspended.remove(index));
        }
    }

    private void takeOrResume(Suspended noted) {
        Bin bin = noted.bin;
        if (ClaimLines.lpClaimable(noted.line) != 0) {
            return;
        }
        int frame = bin.currentFrame();
        long unclaimed = bits.notHandedOut(frame, noted.line, noted.slots, layout);
        if (bits.isEmptyBut(frame, bin.claimedWord(), unclaimed)) {
            bin.frame = NO_FRAME;
            take(bin, frame);
        } else {
            ClaimLines.srClaimable(noted.line, unclaimed);
        }
    }

    /** Has room for one more, beside those of suspended lines, before it is taken from where it is. */
    private void expectFrame() {
        if (frameCount + suspended.size() == frames.length) {
            frames = Arrays.copyOf(frames, frames.length * 2);
        }
    }

    private void take(Bin bin, int frame) {
        bin.remove(frame);
        recycler.refuseHandles(frame);
        frames[frameCount++] = frame;
    }
}
