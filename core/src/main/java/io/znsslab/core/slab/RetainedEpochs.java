package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;
import static java.util.Objects.requireNonNull;

import io.znsslab.core.arena.Invariant;
import io.znsslab.core.arena.SlabGeometry;
import org.jspecify.annotations.Nullable;

/**
 * Discards a thread's own epoch in place: the slabs that its stripe hands out of stay attached, ready for the next
 * epoch that the thread opens at the same place of the ring. So a request that follows another one opens no slab,
 * enlists no stripe and waits for no other thread's allocation.
 *
 * <p>A parked place holds no live object, and a few slabs a class; or, where slabs return their memory, as many as its
 * share of the budget allows ({@link HotBudget}), and what is more goes back at once, adjacent frames in one call. A
 * thread that needs the place or the memory takes it ({@link #evict}).
 */
public final class RetainedEpochs {
    /** Slabs of a size class that stay with a parked place at most, where slabs keep their memory. */
    private static final int SLABS_KEPT = 4;

    /** The same for packed slabs, in bytes: all objects of a request are there. */
    private static final int PACKED_BYTES_KEPT = 128 << 10;

    /** Answer of {@link #evict}: there was nothing to evict. */
    public static final long NOT_PARKED = -1;

    private static final int[] NO_FRAMES = {};

    private final FrameTable table;
    private final Stripes stripes;
    private final EpochGate gate;
    private final GracePeriod grace;
    private final SlabRefill refill;
    private final FreeBits bits;
    private final FrameRecycler recycler;
    private final int classes;
    private final int packedClass;
    private final int packedSlabsKept;
    private final boolean keepHot;
    private final @Nullable HotBudget budget;

    /**
     * @param keepHot whether slabs keep their memory when their epoch ends
     * @param budget if they don't: how much of it parked places keep; null for nothing, then no place is ever parked
     */
    public RetainedEpochs(
            OpenSlabs open, FrameTable table, SlabGeometry geometry, boolean keepHot, @Nullable HotBudget budget) {
        this.table = table;
        this.stripes = open.stripes();
        this.gate = open.gate();
        this.grace = open.grace();
        this.refill = open.refill();
        this.bits = open.bits();
        this.recycler = open.recycler();
        this.classes = geometry.classes();
        this.packedClass = geometry.packedClass();
        this.packedSlabsKept = Math.max(SLABS_KEPT, PACKED_BYTES_KEPT >>> geometry.slabShift());
        this.keepHot = keepHot;
        this.budget = budget;
    }

    /** What a place may keep of its slabs, and those that it does not. */
    private static final class Share {
        private final int[] surplus;
        private int surplusCount;
        private int left;

        Share(int frames, int[] surplus) {
            this.left = frames;
            this.surplus = surplus;
        }

        boolean takeOne() {
            return left > 0 && left-- > 0;
        }

        /** Notes a frame that goes back with others; false if there is no room for that. */
        boolean giveUp(int frame) {
            if (surplusCount == surplus.length) {
                return false;
            }
            surplus[surplusCount++] = frame;
            return true;
        }
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
        if ((!keepHot && budget == null) || own.hasParked() || !stripes.isOnlyUser(own, ringIndex)) {
            return false;
        }
        if (budget == null) {
            own.notePark(epoch, discard(own, epoch, null), 0);
        } else {
            discardWithin(budget, own, epoch);
        }
        gate.park(ringIndex, own.index());
        return true;
    }

    private void discardWithin(HotBudget limit, Stripe own, long epoch) {
        int ringIndex = gate.ringIndex(epoch);
        int slabs = slabsAt(own, ringIndex);
        if (slabs == 0) {
            own.notePark(epoch, discard(own, epoch, null), 0);
            return;
        }
        int held = limit.reserve(ringIndex, slabs);
        int kept = 0;
        try {
            Share share = shareOf(epoch, held, slabs);
            int ended = discard(own, epoch, share);
            long bytes = recycler.release(own, share.surplus, share.surplusCount);
            kept = held - share.left;
            own.notePark(epoch, ended, bytes);
        } finally {
            // before others can evict the place
            limit.settle(ringIndex, held, kept);
        }
    }

    /** What there may be too much of is noted in memory that is taken before anything is changed. */
    private Share shareOf(long epoch, int held, int slabs) {
        boolean ready = false;
        try {
            Share share = new Share(held, held < slabs ? new int[slabs] : NO_FRAMES);
            ready = true;
            return share;
        } finally {
            if (!ready) {
                gate.openAgain(epoch);
            }
        }
    }

    private int slabsAt(Stripe own, int ringIndex) {
        int slabs = 0;
        for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
            Bin bin = own.laBin(own.binIndex(ringIndex, sizeClass));
            slabs += bin == null ? 0 : bin.slabCount();
        }
        return slabs;
    }

    /**
     * Ends the epoch's slabs, and readies those that stay for the next one.
     *
     * @param share what may stay; null for a few slabs a class
     * @return how many slabs had a handle
     */
    private int discard(Stripe own, long epoch, @Nullable Share share) {
        int ringIndex = gate.ringIndex(epoch);
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
                if (refused == 0
                        && bin.slabCount() == 1
                        && bin.frame != NO_FRAME
                        && (share == null || share.takeOne())) {
                    // No handle to it is live, nor was any refused whose readers had to be waited for.
                    table.sopEpoch(bin.frame, next);
                } else {
                    classesToRenew |= 1L << sizeClass;
                }
            }
        }
        if (classesToRenew != 0) {
            grace.awaitReaders();
            renew(own, ringIndex, classesToRenew, next, share);
        }
        return slabs;
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

    private void renew(Stripe own, int ringIndex, long classesToRenew, long epoch, @Nullable Share share) {
        // In a section, since what is given up goes to the stripe's magazines, where a visitor may be.
        own.enter();
        try {
            for (long left = classesToRenew; left != 0; left &= left - 1) {
                int sizeClass = Long.numberOfTrailingZeros(left);
                Bin bin = requireNonNull(own.laBin(own.binIndex(ringIndex, sizeClass)));
                renew(own, bin, sizeClass, epoch, share);
            }
        } finally {
            own.exit();
        }
    }

    /**
     * Leaves the bin with some slabs that are free as a whole, the current one ready to be handed out of, and gives up
     * the others.
     */
    private void renew(Stripe own, Bin bin, int sizeClass, long epoch, @Nullable Share share) {
        int current = bin.frame;
        if (current != NO_FRAME && !(mayStay(share) && renewCurrent(own, bin, sizeClass, epoch))) {
            current = NO_FRAME;
        }
        if (current != NO_FRAME && share != null) {
            share.left--;
        }
        int[] frames = bin.slabs();
        int count = bin.slabCount();
        if (count > 1 || current == NO_FRAME) {
            bin.forgetSlabs(current);
            for (int index = 0; index < count; index++) {
                if (frames[index] != current) {
                    keepOrGiveUp(own, bin, frames[index], sizeClass, epoch, share);
                }
            }
        }
    }

    private static boolean mayStay(@Nullable Share share) {
        return share == null || share.left > 0;
    }

    /** Makes the current slab ready to be handed out of; false if it can't go on. */
    private boolean renewCurrent(Stripe own, Bin bin, int sizeClass, long epoch) {
        if (bits.isFreeAsAWhole(bin, bin.frame, sizeClass)) {
            table.sopEpoch(bin.frame, epoch);
            return true;
        }
        return refill.refillWhole(bin, bin.frame, sizeClass, epoch, own.counts[sizeClass]);
    }

    private void keepOrGiveUp(Stripe own, Bin bin, int frame, int sizeClass, long epoch, @Nullable Share share) {
        boolean stays = share == null ? bin.slabCount() < slabsKept(sizeClass) : share.left > 0;
        if (stays && refill.listWhole(bin, frame, sizeClass, epoch)) {
            if (share != null) {
                share.left--;
            }
            return;
        }
        recycler.refuseHandlesOfEmpty(frame);
        if (share == null || !share.giveUp(frame)) {
            recycler.keepOrGiveBack(own, frame);
        }
    }

    private int slabsKept(int sizeClass) {
        return sizeClass == packedClass ? packedSlabsKept : SLABS_KEPT;
    }

    /**
     * Shuts a parked place and takes its slabs.
     *
     * @param self the caller's own stripe, not within a section, or null
     * @return bytes given back to the operating system, or {@link #NOT_PARKED}
     */
    public long evict(@Nullable Stripe self, int ringIndex) {
        int index = gate.takeParked(ringIndex);
        if (index < 0) {
            return NOT_PARKED;
        }
        // The owner leaves the bins alone until it finds the gate open, and no handle to the slabs was issued since
        // their readers were waited for.
        Stripe user = stripes.get(index);
        long bytes = 0;
        try {
            for (int sizeClass = 0; sizeClass < classes; sizeClass++) {
                Bin bin = user.laBin(user.binIndex(ringIndex, sizeClass));
                if (bin != null && bin.slabCount() > 0) {
                    bytes += evict(self, bin);
                }
            }
        } finally {
            if (budget != null) {
                budget.release(ringIndex);
            }
            stripes.delist(user, ringIndex);
            gate.vacateTaken(ringIndex);
        }
        return bytes;
    }

    private long evict(@Nullable Stripe self, Bin bin) {
        try {
            int[] frames = bin.slabs();
            int count = bin.slabCount();
            for (int index = 0; index < count; index++) {
                recycler.refuseHandles(frames[index]);
            }
            return recycler.release(self, frames, count);
        } finally {
            bin.clear();
        }
    }

    /** Evicts every parked place; the bytes given back to the operating system, or {@link #NOT_PARKED}. */
    public long evictAll(@Nullable Stripe self) {
        long all = NOT_PARKED;
        for (int ringIndex = 0; ringIndex < gate.epochCount(); ringIndex++) {
            long bytes = evict(self, ringIndex);
            if (bytes != NOT_PARKED) {
                all = Math.max(all, 0) + bytes;
            }
        }
        return all;
    }

    /** Frames that parked places keep within the budget now: a snapshot. */
    public long hotFrames() {
        long frames = 0;
        for (int ringIndex = 0; budget != null && ringIndex < gate.epochCount(); ringIndex++) {
            if (EpochGate.isParked(gate.lvOpenEpoch(ringIndex))) {
                frames += budget.frames(ringIndex);
            }
        }
        return frames;
    }

    /** Frames that places may keep now, parked or not. */
    public long reservedFrames() {
        return budget == null ? 0 : budget.reservedFrames();
    }

    /** Checks the budget against the slabs at parked places. While nothing changes. */
    public void check() {
        if (budget == null) {
            return;
        }
        budget.check(gate.epochCount());
        for (int ringIndex = 0; ringIndex < gate.epochCount(); ringIndex++) {
            long open = gate.lvOpenEpoch(ringIndex);
            if (EpochGate.isParked(open)) {
                int slabs = slabsAt(stripes.get(EpochGate.parkedBy(open)), ringIndex);
                if (slabs > budget.frames(ringIndex)) {
                    throw Invariant.broken("%d slabs are parked at ring index %d, which may keep %d"
                            .formatted(slabs, ringIndex, budget.frames(ringIndex)));
                }
            }
        }
    }
}
