package io.znsslab.core.tiering;

import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.store.SlabStore;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

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
final class WriteBack extends ClaimedSlabs {
    private final SlabStore store;
    private final Registry registry;
    private final FrameTable table;
    private final GuardedTier tier;
    private final Claims claims;
    private final ClosedEpoch epoch;
    /** The sum of what each slab held when it was claimed, by index. */
    private long[] sums;

    private WriteBack(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        super(store, epoch, "writing");
        this.store = store;
        this.registry = store.registry;
        this.table = store.table;
        this.tier = tier;
        this.claims = new Claims(store);
        this.epoch = epoch;
        this.sums = new long[epoch.slabsAtClose()];
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
    static @Nullable WriteBack claim(SlabStore store, GuardedTier tier, ClosedEpoch epoch) {
        WriteBack batch = new WriteBack(store, tier, epoch);
        boolean goesOn = false;
        try {
            goesOn = batch.claimChanged() && batch.size() > 0;
        } finally {
            batch.retain(_ -> true);
            batch.sums = Arrays.copyOf(batch.sums, batch.size());
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
        int index = size();
        add(id, word, frame);
        sums[index] = store.contents.sum(frame, id);
        if (sums[index] == table.lpContents(frame)) {
            removeLast();
            if (!claims.keep(id, frame)) {
                claims.giveBack(new int[] {frame}, 1);
            }
        }
    }

    @Override
    void handOver(int from, int to, long[] locations) {
        int count = Claims.checkedCount(from, to, locations, ids());
        int[] discarded = new int[count];
        int discardedCount = 0;
        UnneededImages unneeded = new UnneededImages(count);
        take(from, to);
        int next = from;
        try {
            for (; next < to; next++) {
                long location = locations[next - from];
                if (claims.beginMove(slabId(next), frames()[next])) {
                    unneeded.add(slabId(next), replaceImage(next, location));
                } else {
                    // Discarded on the way, its old image with it.
                    unneeded.add(slabId(next), location);
                    discarded[discardedCount++] = frames()[next];
                }
            }
        } finally {
            for (; next < to; next++) {
                if (!claims.keep(slabId(next), frames()[next])) {
                    discarded[discardedCount++] = frames()[next];
                }
            }
            claims.giveBack(discarded, discardedCount);
            unneeded.release(tier);
        }
    }

    /** Leaves a slab that is "moving" in its frame, with that image; returns the image that it had. */
    private long replaceImage(int index, long location) {
        long id = slabId(index);
        long old = store.images.location(id);
        while (!store.images.move(id, old, location)) {
            // The tier may have moved it.
            old = store.images.location(id);
        }
        table.spContents(frames()[index], sums[index]);
        store.transitions.keep(id, frames()[index]);
        claims.endIfEmpty(frames()[index]);
        store.coldCounters.slabsWrittenBack.increment();
        return old;
    }

    /** Ends it: slabs that the tier did not take keep the image that they had. */
    @Override
    public void ended() {
        if (!end()) {
            return;
        }
        int[] discarded = new int[size()];
        int[] count = new int[1];
        var _ = store.operations.tryRun(() -> {
            for (int index = 0; index < size(); index++) {
                if (!isTaken(index) && !claims.keep(slabId(index), frames()[index])) {
                    discarded[count[0]++] = frames()[index];
                }
            }
            claims.giveBack(discarded, count[0]);
        });
    }
}
