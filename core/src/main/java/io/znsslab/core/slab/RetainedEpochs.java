package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.registry.Registry;
import java.util.Arrays;

/**
 * Discards a thread's own epoch in place: the slabs that its stripe hands out of stay attached, ready for the next
 * epoch that the thread opens at the same place of the ring. So a request that follows another one opens no slab,
 * enlists no stripe and waits for no other thread's allocation.
 *
 * <p>A parked place holds no live object, and a few slabs a class. A thread that needs the place or the memory takes it
 * ({@link #evict}).
 */
public final class RetainedEpochs {
    /** Slabs of a class that stay with a parked place at most. */
    private static final int SLABS_KEPT = 4;

    private final FrameTable table;
    private final Stripes stripes;
    private final EpochGate gate;
    private final GracePeriod grace;
    private final SlabRefill refill;
    private final FreeBits bits;
    private final FrameRecycler recycler;
    private final int classes;
    private final boolean keepHot;

    /** @param keepHot whether slabs may stay in memory when their epoch ends; else no place is ever parked */
    public RetainedEpochs(OpenSlabs open, FrameTable table, int classes, boolean keepHot) {
        this.table = table;
        this.stripes = open.stripes();
        this.gate = open.gate();
        this.grace = open.grace();
        this.refill = open.refill();
        this.bits = open.bits();
        this.recycler = open.recycler();
        this.classes = classes;
        this.keepHot = keepHot;
    }

    /** The number of the epoch that follows {@code epoch} at its place of the ring, if that is parked. */
    public long successor(long epoch) {
        return epoch + gate.epochCount();
    }

    /**
     * Discards an epoch whose gate the caller has shut and that no domain is inside of, and parks its place, if all its
     * slabs are the caller's.
     *
     * @param own the calling thread's own stripe
     * @return false if nothing was done
     */
    public boolean discard(Stripe own, long epoch) {
        int ringIndex = gate.ringIndex(epoch);
        if (!keepHot || own.hasParked() || !stripes.isOnlyUser(own, ringIndex)) {
            return false;
        }
        if (!stripes.isUser(own, ringIndex)) {
            // nothing was allocated in it, but the next epoch at the place is opened with the stripe as its user
            stripes.enlist(own, ringIndex, epoch);
        }
        long next = successor(epoch);
        int slabs = 0;
        long classesToRenew = 0;
        for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
            Bin bin = own.laBin(own.binIndex(ringIndex, sizeClass));
            if (bin != null && bin.slabCount() > 0) {
                int refused = refuseHandles(bin, sizeClass);
                slabs += refused;
                if (refused == 0 && bin.slabCount() == 1 && bin.frame != NO_FRAME) {
                    // No handle to it is live, nor was any refused whose readers had to be waited for.
                    table.sopEpoch(bin.frame, next);
                } else {
                    classesToRenew |= 1L << sizeClass;
                }
            }
        }
        if (classesToRenew != 0) {
            grace.awaitReaders();
            renew(own, ringIndex, classesToRenew, next);
        }
        own.notePark(epoch, slabs);
        gate.park(ringIndex, own.index());
        return true;
    }

    /** Makes all handles to the bin's slabs stale; how many slabs had some. */
    private int refuseHandles(Bin bin, int sizeClass) {
        int slabs = 0;
        int[] frames = bin.slabs();
        for (int index = 0; index < bin.slabCount(); index++) {
            if (!bits.isFreeAsAWhole(bin, frames[index], sizeClass)) {
                recycler.refuseHandles(frames[index]);
                slabs++;
            }
        }
        return slabs;
    }

    private void renew(Stripe own, int ringIndex, long classesToRenew, long epoch) {
        // In a section, since what is given up goes to the stripe's magazines, where a visitor may be.
        own.enter();
        try {
            for (long left = classesToRenew; left != 0; left &= left - 1) {
                int sizeClass = Long.numberOfTrailingZeros(left);
                renew(own, own.laBin(own.binIndex(ringIndex, sizeClass)), sizeClass, epoch);
            }
        } finally {
            own.exit();
        }
    }

    /**
     * Leaves the bin with some slabs that are free as a whole, the current one ready to be handed out of, and gives up
     * the others.
     */
    private void renew(Stripe own, Bin bin, int sizeClass, long epoch) {
        int current = bin.frame;
        if (current != NO_FRAME) {
            if (bits.isFreeAsAWhole(bin, current, sizeClass)) {
                table.sopEpoch(current, epoch);
            } else if (!refill.refillWhole(bin, current, sizeClass, epoch, own.counts[sizeClass])) {
                current = NO_FRAME;
            }
        }
        int[] frames = bin.slabs();
        int count = bin.slabCount();
        if (count > 1 || current == NO_FRAME) {
            bin.forgetSlabs(current);
            for (int index = 0; index < count; index++) {
                if (frames[index] != current) {
                    keepOrGiveUp(own, bin, frames[index], sizeClass, epoch);
                }
            }
        }
    }

    private void keepOrGiveUp(Stripe own, Bin bin, int frame, int sizeClass, long epoch) {
        if (bin.slabCount() >= SLABS_KEPT || !refill.listWhole(bin, frame, sizeClass, epoch)) {
            if (table.lopSlabId(frame) != Registry.NO_ID) {
                recycler.recycleEmpty(own, frame);
            } else {
                // its id was used up when its handles were refused
                recycler.keepOrGiveBack(own, frame);
            }
        }
    }

    /**
     * Shuts a parked place and takes its slabs.
     *
     * @param self the caller's own stripe, not within a section, or null
     * @return false if the place is not parked
     */
    public boolean evict(Stripe self, int ringIndex) {
        int index = gate.takeParked(ringIndex);
        if (index < 0) {
            return false;
        }
        // The owner leaves the bins alone until it finds the gate open, and no handle to the slabs was issued since
        // their readers were waited for.
        Stripe user = stripes.get(index);
        for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
            Bin bin = user.laBin(user.binIndex(ringIndex, sizeClass));
            if (bin != null && bin.slabCount() > 0) {
                int[] frames = Arrays.copyOf(bin.slabs(), bin.slabCount());
                for (int frame : frames) {
                    recycler.refuseHandles(frame);
                }
                recycler.release(self, frames, frames.length);
                bin.clear();
            }
        }
        stripes.delist(user, ringIndex);
        gate.vacateTaken(ringIndex);
        return true;
    }

    /** Evicts every parked place; false if there was none. */
    public boolean evictAll(Stripe self) {
        boolean any = false;
        for (int ringIndex = 0; ringIndex < gate.epochCount(); ringIndex++) {
            any |= evict(self, ringIndex);
        }
        return any;
    }
}
