package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.SlabTransitions;
import io.znsslab.core.store.SlabStore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One demotion of a closed epoch's resident slabs.
 *
 * <p>While the tier writes, the slabs stay resident: their objects resolve and are freed in the frames. When the tier
 * hands a slab over, its word turns to "moving", the frees and reads that began before are waited for, the slots that
 * are live now are noted in the registry, and the word turns to "cold". So a free that came after the copy was taken is
 * not lost.
 *
 * <p>Thread-safe.
 */
public final class EpochDemotion extends ClaimedSlabs {
    /**
     * The outcome.
     *
     * @param slabs slabs that are cold now, or died on the way
     * @param bytesReturned bytes given back to the operating system
     */
    public record Result(int slabs, long bytesReturned) {}

    private static final int COMPLETED = SlabArena.NO_FRAME;

    private final SlabStore store;
    private final Registry registry;
    private final FrameTable table;
    private final SlabTransitions transitions;
    private final GuardedTier tier;
    private final Claims claims;
    private final ClosedEpoch epoch;
    private final AtomicInteger slabsDone = new AtomicInteger();
    private final AtomicLong bytesReturned = new AtomicLong();
    /** Whether this demotion left slabs in DRAM. */
    private boolean keepsSome;
    /** {@link ClosedEpoch#demotionsThatKept} before this demotion claimed its slabs. */
    private final long keptBefore;

    private EpochDemotion(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        super(store, epoch, "demotion");
        this.store = store;
        this.registry = store.registry;
        this.table = store.table;
        this.transitions = store.transitions;
        this.tier = tier;
        this.claims = new Claims(store);
        this.epoch = epoch;
        this.keptBefore = epoch.demotionsThatKept();
    }

    /**
     * A demotion that has claimed the epoch's slabs in DRAM; {@link #dropUnchanged} follows. Where this throws, the
     * slabs are what they were, and no demotion has them.
     */
    static EpochDemotion claim(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        EpochDemotion demotion = new EpochDemotion(store, tier, epoch);
        try {
            demotion.claimAll();
            return demotion;
        } catch (Throwable e) {
            demotion.keepTheRest();
            throw e;
        }
    }

    /**
     * Has those slabs turn cold that need not be written. Waits for grace periods. Where it throws, the slabs are what
     * they were, and no demotion has them.
     */
    EpochDemotion dropUnchanged() {
        try {
            dropAllUnchanged();
            return this;
        } catch (Throwable e) {
            keepTheRest();
            throw e;
        }
    }

    private void claimAll() {
        for (int index = 0; index < epoch.slabsAtClose(); index++) {
            long id = epoch.slabId(index);
            long word = registry.laWord(id);
            int frame = (int) Registry.location(word);
            if (Registry.state(word) == Registry.RESIDENT && transitions.beginDemotion(frame, id)) {
                add(id, word, frame);
            }
        }
    }

    /** Has slabs that need not be written turn cold, and closes the gaps in the lists. */
    private void dropAllUnchanged() {
        CleanSlabs unchanged = new CleanSlabs(store, tier, epoch);
        unchanged.drop(ids(), frames(), size());
        slabsDone.set(unchanged.dropped());
        bytesReturned.set(unchanged.bytesReturned());
        retain(index -> frames()[index] != COMPLETED);
    }

    @Override
    void handOver(int from, int to, long[] locations) {
        int count = Claims.checkedCount(from, to, locations, ids());
        int[] done = new int[count];
        long[] live = new long[4];
        UnneededImages unneeded = new UnneededImages(2 * count);
        take(from, to);
        int turned = from;
        try {
            for (int index = from; index < to; index++) {
                // fails if the epoch was discarded meanwhile: the slab is dead then, and this demotion returns the
                // frame
                done[index - from] = claims.beginMove(slabId(index), frames()[index]) ? 1 : 0;
            }
            store.grace.awaitReaders();
            for (; turned < to; turned++) {
                if (done[turned - from] == 0) {
                    unneeded.add(slabId(turned), locations[turned - from]);
                    transitions.vacate(frames()[turned]);
                } else {
                    turnCold(turned, locations[turned - from], live, unneeded);
                }
                done[turned - from] = frames()[turned];
                frames()[turned] = COMPLETED;
            }
        } catch (Throwable e) {
            for (int index = turned; index < to; index++) {
                putBack(index, done[index - from] != 0);
            }
            throw e;
        } finally {
            int completed = turned - from;
            unneeded.release(tier);
            bytesReturned.addAndGet(store.recycler.release(null, done, completed));
            slabsDone.addAndGet(completed);
        }
    }

    /** Leaves a slab in DRAM after its hand-over has failed. */
    private void putBack(int index, boolean moving) {
        if (moving) {
            var _ = transitions.stay(slabId(index), frames()[index]);
        }
        if (!claims.keep(slabId(index), frames()[index])) {
            claims.giveBack(new int[] {frames()[index]}, 1);
        }
        frames()[index] = COMPLETED;
    }

    private void turnCold(int index, long location, long[] live, UnneededImages unneeded) {
        long id = slabId(index);
        int frame = frames()[index];
        boolean promoted = FrameTable.isPromoted(table.lopState(frame));
        if (promoted) {
            unneeded.add(id, store.images.take(id));
        }
        if (!store.sealed.leaveFrame(id, frame, epoch, location, live)) {
            unneeded.add(id, location);
            return;
        }
        store.coldCounters.slabsWritten.increment();
        if (promoted) {
            store.coldCounters.slabsRewritten.increment();
        }
    }

    @Override
    public void ended() {
        var _ = store.operations.tryRun(this::keepTheRest);
        if (epoch.demotionsThatKept() != keptBefore + (keepsSome ? 1 : 0)) {
            // Slabs that it had claimed while this one claimed what was left: the epoch is not on the tier as a whole.
            throw new ZnsSlabException(
                    "another demotion of epoch %d failed meanwhile and left slabs in DRAM: demote it again"
                            .formatted(epoch.number()));
        }
    }

    /** Ends the demotion: slabs that the tier did not take stay resident. */
    void keepTheRest() {
        int[] discarded = new int[size()];
        if (!end()) {
            return;
        }
        int count = 0;
        for (int index = 0; index < size(); index++) {
            if (isTaken(index) || frames()[index] == COMPLETED) {
                continue;
            }
            if (!keepsSome) {
                keepsSome = true;
                epoch.noteKept();
            }
            if (!claims.keep(slabId(index), frames()[index])) {
                discarded[count++] = frames()[index];
            }
        }
        claims.giveBack(discarded, count);
    }

    Result result() {
        return new Result(slabsDone.get(), bytesReturned.get());
    }
}
