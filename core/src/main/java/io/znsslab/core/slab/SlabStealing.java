package io.znsslab.core.slab;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets a stripe that would have to open a slab take partial ones of another stripe instead (work stealing, Blumofe and
 * Leiserson 1999, applied to slabs). Without it, threads that free each other's objects would leave free slots with the
 * thread that allocates less, and in the end each thread could have as many slabs as all need together.
 *
 * <p>The thief is within its own section and has found the epoch open in it, so that no closing of the epoch proceeds
 * meanwhile. It has the victim leave its bins alone ({@link Stripe#beginVisit()}) and waits for the victim's section to
 * end, if one is under way; from then on the victim's bins are the thief's. A victim that needs its bins waits outside
 * of its section; a victim with slots left in its claim line is not held up at all. There is one thief, or reclaim, at
 * a time ({@link Stripes#visiting()}), so that two do not wait for each other; the next one opens a slab.
 *
 * <p>A victim must have some slabs to spare: a visit costs a membarrier, and both threads should be able to go on for a
 * while after it.
 */
final class SlabStealing {
    /** Partial slabs that a bin must have for a visit to be worth its cost. */
    static final int FEWEST = 8;

    /**
     * The share of a bin's slabs that must be partial, as a shift: 1/16, the most that a bin wastes while other stripes
     * open slabs.
     */
    private static final int SHARE_SHIFT = 4;

    /** The most slabs taken in one visit, for which the thief's caller waits. */
    private static final int MOST = 64;

    private final FrameTable table;
    private final Stripes stripes;
    private final FreeBits bits;
    private final ReentrantLock visit;

    SlabStealing(FrameTable table, Stripes stripes, FreeBits bits) {
        this.table = table;
        this.stripes = stripes;
        this.bits = bits;
        this.visit = stripes.visiting();
    }

    /**
     * Puts half of the partial slabs of the richest other stripe on the partial list of the thief's bin. Within the
     * thief's section, in which it found the epoch open and has its bin.
     *
     * @return false if no stripe has slabs to spare
     */
    boolean steal(Stripe thief, int ringIndex, int sizeClass) {
        int binIndex = thief.binIndex(ringIndex, sizeClass);
        Stripe victim = richest(thief, ringIndex, binIndex);
        if (victim == null || !visit.tryLock()) {
            return false;
        }
        try {
            return victim.isShared()
                    ? stealFromShared(thief, victim, binIndex, sizeClass)
                    : stealFromOwned(thief, victim, binIndex, sizeClass);
        } finally {
            visit.unlock();
        }
    }

    private @Nullable Stripe richest(Stripe thief, int ringIndex, int binIndex) {
        Stripe richest = null;
        int most = 0;
        for (int index = stripes.nextUser(ringIndex, 0); index >= 0; index = stripes.nextUser(ringIndex, index + 1)) {
            Stripe stripe = stripes.get(index);
            Bin bin = stripe == thief ? null : stripe.laBin(binIndex);
            if (bin != null) {
                int partial = bin.partialSlabs();
                if (partial > most && partial >= Math.max(FEWEST, bin.slabCount() >>> SHARE_SHIFT)) {
                    richest = stripe;
                    most = partial;
                }
            }
        }
        return richest;
    }

    private boolean stealFromShared(Stripe thief, Stripe victim, int binIndex, int sizeClass) {
        if (!victim.lock().tryLock()) {
            return false;
        }
        try {
            return move(thief, victim, binIndex, sizeClass);
        } finally {
            victim.lock().unlock();
        }
    }

    private boolean stealFromOwned(Stripe thief, Stripe victim, int binIndex, int sizeClass) {
        victim.beginVisit();
        try {
            GracePeriod.awaitOneOwner(victim);
            return move(thief, victim, binIndex, sizeClass);
        } finally {
            victim.endVisit();
        }
    }

    private boolean move(Stripe thief, Stripe victim, int binIndex, int sizeClass) {
        Bin from = requireNonNull(victim.laBin(binIndex));
        Bin to = requireNonNull(thief.laBin(binIndex));
        from.collectMail();
        // Half of those on the list; mail that comes in from now on stays with the victim.
        int count = Math.min(MOST, (from.listedSlabs() + 1) / 2);
        to.expect(count);
        for (int taken = 0; taken < count; taken++) {
            int frame = from.popPartial();
            from.remove(frame);
            SlabTransitions.rehome(table.line(frame), thief.index());
            to.add(frame);
            to.pushPartial(frame);
            // Read last: a free that comes later finds the slab's new home in its state.
            if (bits.isEmpty(frame)) {
                to.markEmpty(frame);
            }
        }
        thief.counts[sizeClass].slabsStolen += count;
        return count > 0;
    }
}
