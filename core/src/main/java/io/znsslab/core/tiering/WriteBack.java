package io.znsslab.core.tiering;

import io.znsslab.core.Lifetime;
import io.znsslab.core.cold.SlabBatch;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.store.SlabStore;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Writes slabs of one epoch that were promoted, and changed in DRAM since, to the tier again: they stay in DRAM, and
 * their images are replaced.
 *
 * <p>Only an epoch of which each slab has an image is written back. Else the tier would acknowledge an epoch of which a
 * part is in DRAM alone.
 *
 * <p>Why the image is never older than it seems: a slab's sum is taken before the tier copies its bytes. What a thread
 * writes before that is in the sum and in the copy. What it writes later makes the sum differ from the one that is
 * noted with the new image, whether the copy has it or not: the slab counts as changed, and is written the next time.
 *
 * <p>The new image takes the old one's place by one exchange, so that at each moment the slab has one, and what was
 * acknowledged stays so. The word is "moving" meanwhile: a discard comes before or after. Thread-safe.
 */
final class WriteBack implements SlabBatch {
    private final SlabStore store;
    private final Registry registry;
    private final FrameTable table;
    private final GuardedTier tier;
    private final Claims claims;
    private final ClosedEpoch epoch;
    private long[] ids;
    private int[] frames;
    private int[] bases;
    private int[] lasts;
    private long[] sums;
    private int claimed;
    private boolean[] taken = {};
    private boolean ended;

    private WriteBack(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        this.store = store;
        this.registry = store.registry;
        this.table = store.table;
        this.tier = tier;
        this.claims = new Claims(store);
        this.epoch = epoch;
        int atMost = epoch.slabsAtClose();
        this.ids = new long[atMost];
        this.frames = new int[atMost];
        this.bases = new int[atMost];
        this.lasts = new int[atMost];
        this.sums = new long[atMost];
    }

    /**
     * Whether the slab in the frame was promoted, and seems to have changed since. A hint, which claims nothing; also
     * of a slab that is being written, which may have changed again.
     */
    static boolean isWorthALook(SlabStore store, int frame) {
        long state = store.table.lvState(frame);
        long id = store.table.lopSlabId(frame);
        return FrameTable.state(state) != FrameTable.FREE
                && FrameTable.isPromoted(state)
                && id != Registry.NO_ID
                && store.contents.sum(frame, id) != store.table.lpContents(frame);
    }

    /**
     * Claims the slabs of the epoch that have changed. No demotion of the epoch begins meanwhile.
     *
     * @return null if there are none, or the epoch has a slab without an image
     */
    static WriteBack claim(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        WriteBack batch = new WriteBack(store, tier, epoch);
        boolean goesOn = false;
        try {
            goesOn = batch.claimChanged() && batch.claimed > 0;
        } finally {
            batch.trim();
            if (!goesOn) {
                batch.ended();
            }
        }
        return goesOn ? batch : null;
    }

    /** False if the epoch has a slab without an image. */
    private boolean claimChanged() {
        for (int index = 0; index < epoch.slabsAtClose(); index++) {
            long id = epoch.slabId(index);
            registry.awaitSettled(id);
            long word = registry.laWord(id);
            if (Registry.state(word) == Registry.RESIDENT) {
                int frame = (int) Registry.location(word);
                long state = table.lvState(frame);
                if (!FrameTable.isPromoted(state) && registry.laWord(id) == word) {
                    return false;
                }
                claimIfChanged(id, word, frame);
            }
        }
        return true;
    }

    private void claimIfChanged(long id, long word, int frame) {
        if (!store.transitions.beginDemotion(frame, id)) {
            // It has ended this moment, or a demotion has it.
            return;
        }
        ids[claimed] = id;
        frames[claimed] = frame;
        bases[claimed] = Registry.baseGeneration(word);
        lasts[claimed] = table.lopLastGeneration(frame);
        sums[claimed] = store.contents.sum(frame, id);
        if (sums[claimed] != table.lpContents(frame)) {
            claimed++;
        } else if (!claims.keep(id, frame)) {
            claims.giveBack(new int[] {frame}, 1);
        }
    }

    private void trim() {
        ids = Arrays.copyOf(ids, claimed);
        frames = Arrays.copyOf(frames, claimed);
        bases = Arrays.copyOf(bases, claimed);
        lasts = Arrays.copyOf(lasts, claimed);
        sums = Arrays.copyOf(sums, claimed);
        taken = new boolean[claimed];
    }

    @Override
    public long epoch() {
        return epoch.number();
    }

    @Override
    public Lifetime lifetime() {
        return Lifetime.of(epoch.lifetime());
    }

    @Override
    public int size() {
        return claimed;
    }

    @Override
    public long slabId(int index) {
        return ids[index];
    }

    @Override
    public int sizeClass(int index) {
        return store.arena.classOf(frames[index]);
    }

    @Override
    public int baseGeneration(int index) {
        return bases[index];
    }

    @Override
    public int lastGeneration(int index) {
        return lasts[index];
    }

    @Override
    public MemorySegment page(int index) {
        return store.arena
                .memory()
                .asSlice(store.arena.offset(frames[index]), store.geometry.slabBytes())
                .asReadOnly();
    }

    @Override
    public int liveSlots(int index, long[] into) {
        return store.sealed.liveSlotsOfSealed(frames[index], into);
    }

    @Override
    public void demoted(int from, int to, long[] locations) {
        store.operations.enter();
        try {
            replace(from, to, locations);
        } finally {
            store.operations.exit();
        }
    }

    private void replace(int from, int to, long[] locations) {
        int count = Claims.checkedCount(from, to, locations, ids);
        int[] discarded = new int[count];
        int discardedCount = 0;
        UnneededImages unneeded = new UnneededImages(count);
        take(from, to);
        int next = from;
        try {
            for (; next < to; next++) {
                long location = locations[next - from];
                if (claims.beginMove(ids[next], frames[next])) {
                    unneeded.add(ids[next], replaceImage(next, location));
                } else {
                    // Discarded on the way, its old image with it.
                    unneeded.add(ids[next], location);
                    discarded[discardedCount++] = frames[next];
                }
            }
        } finally {
            for (; next < to; next++) {
                if (!claims.keep(ids[next], frames[next])) {
                    discarded[discardedCount++] = frames[next];
                }
            }
            claims.giveBack(discarded, discardedCount);
            unneeded.release(tier);
        }
    }

    /** Leaves a slab that is "moving" in its frame, with that image; returns the image that it had. */
    private long replaceImage(int index, long location) {
        long id = ids[index];
        long old = store.images.location(id);
        while (!store.images.move(id, old, location)) {
            // The tier may have moved it.
            old = store.images.location(id);
        }
        table.spContents(frames[index], sums[index]);
        store.transitions.keep(id, frames[index]);
        claims.endIfEmpty(frames[index]);
        store.coldCounters.slabsWrittenBack.increment();
        return old;
    }

    private synchronized void take(int from, int to) {
        for (int index = from; index < to; index++) {
            if (ended || taken[index]) {
                throw new IllegalStateException("slab %d can't be handed over: %s"
                        .formatted(
                                ids[index],
                                taken[index]
                                        ? "it was before"
                                        : "the writing of epoch %d has ended".formatted(epoch.number())));
            }
        }
        Arrays.fill(taken, from, to, true);
    }

    /** Ends it: slabs that the tier did not take keep the image that they had. */
    @Override
    public void ended() {
        if (!end()) {
            return;
        }
        int[] discarded = new int[claimed];
        int[] count = new int[1];
        var _ = store.operations.tryRun(() -> {
            for (int index = 0; index < claimed; index++) {
                if (!taken[index] && !claims.keep(ids[index], frames[index])) {
                    discarded[count[0]++] = frames[index];
                }
            }
            claims.giveBack(discarded, count[0]);
        });
    }

    /** False if it had ended before. */
    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
