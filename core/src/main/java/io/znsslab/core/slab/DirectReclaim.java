package io.znsslab.core.slab;

import static io.znsslab.core.arena.SlabArena.NO_FRAME;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Takes back every frame that holds no live object, wherever it is: in parked places, the stripes' magazines, the
 * arena's pools, and the empty slabs of open epochs, of any stripe, whether its thread lives or not. An allocation or a
 * promotion that finds no frame does so before it answers that there is none (as in Linux, where the term is from); a
 * trim does so on request.
 *
 * <p>It goes from stripe to stripe as a thief does ({@link SlabStealing}), one at a time: in a section of its own in
 * which it found the epoch open, and as a user of the epoch, so that no closing of it goes on meanwhile. Frames go back
 * to the operating system outside of that section.
 *
 * <p><b>Cost.</b> An allocation that finds nothing reads the bins and magazines of all stripes, and nothing per slab:
 * it visits a stripe, at the cost of a membarrier or two, only if they say that the stripe has something to give. A
 * list whose slabs other threads have emptied is walked once a 64th of it is known to be empty. A walk through all
 * lists finds what that misses. It is made when nothing else was found, and takes a 17th of the time at most: so a loop
 * of failing allocations does not cost more with every slab there is.
 */
public final class DirectReclaim {
    /** A complete walk is followed by so many times its duration without one. */
    private static final long COMPLETE_PAUSE = 16;

    /** The share of a partial list that must have been emptied by others before it is walked, as a shift. */
    private static final int WORTHWHILE_SHIFT = 6;

    /** What was taken back. */
    public record Reclaimed(boolean any, long bytes) {
        private static final Reclaimed NOTHING = new Reclaimed(false, 0);

        private Reclaimed and(Reclaimed other) {
            return new Reclaimed(any || other.any, bytes + other.bytes);
        }
    }

    private final SlabArena arena;
    private final SlabGeometry geometry;
    private final Stripes stripes;
    private final EpochGate gate;
    private final FreeBits bits;
    private final RetainedEpochs retained;
    private final FrameRecycler recycler;
    private final ReentrantLock visiting;

    /** Reclaims that have found something. */
    private final AtomicLong fruitful = new AtomicLong();

    // the rest under the lock
    private boolean shutDown;
    private long completeSince = System.nanoTime();
    private long completeNanos;
    private long idsSince = System.nanoTime();
    private long idsNanos;
    private long slabsBeforeIds = -1;
    private final EmptySlabs empties;

    /** @param retained places of the ring whose slabs are taken back as well */
    public DirectReclaim(SlabArena arena, HandleLayout layout, OpenSlabs open, RetainedEpochs retained) {
        this.arena = arena;
        this.geometry = arena.geometry();
        this.stripes = open.stripes();
        this.gate = open.gate();
        this.bits = open.bits();
        this.retained = retained;
        this.recycler = open.recycler();
        this.visiting = stripes.visiting();
        this.empties = new EmptySlabs(layout, stripes, gate, bits, recycler);
    }

    /**
     * Takes back frames for a thread that found none; the caller is in no section. False if there is nothing to take
     * back.
     */
    public boolean findFrames(Thread thread) {
        long before = fruitful.get();
        visiting.lock();
        try {
            // Another thread may have found enough for both while this one waited.
            // Or what was kept hot has gone back just before this thread asked.
            return fruitful.get() != before
                    || run(thread, false).any
                    || (!shutDown && arena.usedBytes() < arena.limitBytes())
                    || (isDue(completeSince, completeNanos) && run(thread, true).any);
        } finally {
            visiting.unlock();
        }
    }

    /**
     * Takes back ids for a thread that found none; the caller is in no section. Ids stay with frames between two slabs,
     * and there may be more frames than ids. False if there is nothing to take back.
     */
    public boolean findIds(Thread thread) {
        visiting.lock();
        try {
            // Each frame that came to the pools since the last time may have brought an id.
            boolean more = run(thread, false).any || arena.slabsGivenBack() != slabsBeforeIds;
            if (shutDown || !(more || isDue(idsSince, idsNanos))) {
                return false;
            }
            long start = System.nanoTime();
            Reclaimed ignored = run(thread, true);
            slabsBeforeIds = arena.slabsGivenBack();
            int found = recycler.giveUpPooledIds();
            idsSince = System.nanoTime();
            idsNanos = idsSince - start;
            return found > 0;
        } finally {
            visiting.unlock();
        }
    }

    /** Takes back everything that holds no live object; the caller is in no section. */
    public Reclaimed trim(Thread thread) {
        visiting.lock();
        try {
            return run(thread, true);
        } finally {
            visiting.unlock();
        }
    }

    /** Does something while no reclaim, visit or return of hot memory is under way. The caller is in no section. */
    public void whileNoneRuns(Runnable action) {
        visiting.lock();
        try {
            action.run();
        } finally {
            visiting.unlock();
        }
    }

    /** Waits for the reclaim that is under way, and lets none begin any more. */
    public void shutDown() {
        visiting.lock();
        try {
            shutDown = true;
        } finally {
            visiting.unlock();
        }
    }

    private static boolean isDue(long since, long nanos) {
        return System.nanoTime() - since >= COMPLETE_PAUSE * nanos;
    }

    private Reclaimed run(Thread thread, boolean complete) {
        if (shutDown) {
            return Reclaimed.NOTHING;
        }
        long start = System.nanoTime();
        Stripe own = stripes.own(thread);
        long evicted = retained.evictAll(own);
        Reclaimed all = new Reclaimed(evicted != RetainedEpochs.NOT_PARKED, Math.max(0, evicted));
        Stripe self = own == null ? stripes.sharedBy(thread) : own;
        int[] places = IntStream.range(0, gate.epochCount())
                .filter(place -> gate.lvOpenEpoch(place) >= 0)
                .toArray();
        for (Stripe stripe : stripes.claimed()) {
            all = all.and(reclaimFrom(self, stripe, places, complete));
        }
        for (int index = stripes.ownedCount(); stripes.areShared() && index < stripes.count(); index++) {
            all = all.and(reclaimFrom(self, stripes.get(index), places, complete));
        }
        int pooled = arena.giveBackPooled();
        all = all.and(new Reclaimed(pooled > 0, (long) pooled << geometry.slabShift()));
        if (complete) {
            completeSince = System.nanoTime();
            completeNanos = completeSince - start;
        }
        if (all.any) {
            fruitful.incrementAndGet();
        }
        return all;
    }

    private Reclaimed reclaimFrom(Stripe self, Stripe stripe, int[] places, boolean complete) {
        if (!complete && !seemsToHaveFrames(stripe, places)) {
            return Reclaimed.NOTHING;
        }
        boolean stored = false;
        int taken;
        long bytes;
        try {
            stored = empties.visit(self, stripe, places, complete);
        } finally {
            // What was taken before the heap was full goes on as well.
            taken = empties.frameCount();
            bytes = empties.releaseFrames();
        }
        return new Reclaimed(stored || taken > 0, bytes);
    }

    // Plain reads of what another thread may be changing: once that thread has stopped, they are exact.

    private boolean seemsToHaveFrames(Stripe stripe, int[] places) {
        for (Magazine magazine : stripe.frames) {
            if (!magazine.isEmpty()) {
                return true;
            }
        }
        for (int place : places) {
            if (stripes.isUser(stripe, place)) {
                for (int sizeClass = 0; sizeClass < geometry.classes(); sizeClass++) {
                    Bin bin = stripe.laBin(stripe.binIndex(place, sizeClass));
                    if (bin != null && seemsToHaveEmpties(bin)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private boolean seemsToHaveEmpties(Bin bin) {
        int frame = bin.currentFrame();
        return bin.empties() > 0
                || isWorthAWalk(bin)
                || (frame != NO_FRAME && bits.isEmptyBut(frame, bin.claimedWord(), bin.unclaimed()));
    }

    /** Whether enough slabs of a list were emptied by other threads for the list to be walked. */
    static boolean isWorthAWalk(Bin bin) {
        int emptied = bin.lvEmptiedByOthers();
        return emptied > 0 && emptied >= (bin.partialSlabs() >>> WORTHWHILE_SHIFT);
    }
}
