package io.znsslab.core.tiering;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Slabs of one closed epoch that were claimed for the tier to write, in the order in which they were claimed: what they
 * are, and which of them the tier has handed over. One thread claims; then they are thread-safe.
 */
abstract sealed class ClaimedSlabs implements SlabBatch permits EpochDemotion, WriteBack {
    private final SlabStore store;
    private final ClosedEpoch epoch;
    /** What the claiming is for, as messages say it. */
    private final String purpose;

    private long[] ids;
    private int[] frames;
    private int[] bases;
    private int[] lasts;
    private int count;
    /** Whether a hand-over of the slab has begun. */
    private boolean[] taken;

    private boolean ended;

    ClaimedSlabs(SlabStore store, ClosedEpoch epoch, String purpose) {
        this.store = store;
        this.epoch = epoch;
        this.purpose = purpose;
        int atMost = epoch.slabsAtClose();
        this.ids = new long[atMost];
        this.frames = new int[atMost];
        this.bases = new int[atMost];
        this.lasts = new int[atMost];
        this.taken = new boolean[atMost];
    }

    /** Notes a slab that was claimed in its frame, while that word stood in the registry. */
    final void add(long id, long word, int frame) {
        ids[count] = id;
        frames[count] = frame;
        bases[count] = Registry.baseGeneration(word);
        lasts[count] = store.table.lopLastGeneration(frame);
        count++;
    }

    /** Forgets the slab that was noted last. */
    final void removeLast() {
        count--;
    }

    /** Keeps those slabs that the test is true of, by their index, and no room for more. */
    final void retain(IntPredicate isKept) {
        int kept = 0;
        for (int index = 0; index < count; index++) {
            if (isKept.test(index)) {
                ids[kept] = ids[index];
                frames[kept] = frames[index];
                bases[kept] = bases[index];
                lasts[kept] = lasts[index];
                kept++;
            }
        }
        count = kept;
        ids = Arrays.copyOf(ids, count);
        frames = Arrays.copyOf(frames, count);
        bases = Arrays.copyOf(bases, count);
        lasts = Arrays.copyOf(lasts, count);
        taken = Arrays.copyOf(taken, count);
    }

    /** By index; for the subclasses, which note there what they are done with. */
    final int[] frames() {
        return frames;
    }

    final long[] ids() {
        return ids;
    }

    @Override
    public final long epoch() {
        return epoch.number();
    }

    @Override
    public final Lifetime lifetime() {
        return Lifetime.of(epoch.lifetime());
    }

    @Override
    public final int size() {
        return count;
    }

    @Override
    public final long slabId(int index) {
        return ids[index];
    }

    @Override
    public final int sizeClass(int index) {
        return store.arena.classOf(frames[index]);
    }

    @Override
    public final int baseGeneration(int index) {
        return bases[index];
    }

    @Override
    public final int lastGeneration(int index) {
        return lasts[index];
    }

    @Override
    public final MemorySegment page(int index) {
        return store.arena
                .memory()
                .asSlice(store.arena.offset(frames[index]), store.geometry.slabBytes())
                .asReadOnly();
    }

    @Override
    public final int liveSlots(int index, long[] into) {
        return store.sealed.liveSlotsOfSealed(frames[index], into);
    }

    @Override
    public final void demoted(int from, int to, long[] locations) {
        store.operations.enter();
        try {
            handOver(from, to, locations);
        } finally {
            store.operations.exit();
        }
    }

    /** Takes over what the tier has written of the slabs in that range; their locations by index from 0. */
    abstract void handOver(int from, int to, long[] locations);

    /** Takes the slabs for a hand-over: each slab has one at most. */
    final synchronized void take(int from, int to) {
        for (int index = from; index < to; index++) {
            if (ended || taken[index]) {
                throw new IllegalStateException("slab %d can't be handed over: %s"
                        .formatted(
                                ids[index],
                                taken[index]
                                        ? "it was before"
                                        : "the %s of epoch %d has ended".formatted(purpose, epoch.number())));
            }
        }
        Arrays.fill(taken, from, to, true);
    }

    /** Whether the tier has handed the slab over, or begun to. */
    final boolean isTaken(int index) {
        return taken[index];
    }

    /** Lets no hand-over begin any more; false if none could before. */
    final synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
