package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.arena.Words;
import io.znsslab.core.epoch.BackingImages;
import io.znsslab.core.epoch.ClosedEpoch;
import io.znsslab.core.event.StoreEvents;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.FrameTable;
import io.znsslab.core.slab.SlabTransitions;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.Failures;
import io.znsslab.core.worker.GuardedFuture;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings slabs back to DRAM, one at a time: the image is read into a new frame while the slab stays cold for all
 * threads; then its word turns to "moving", frees that began before are waited for, what they freed is freed in the
 * frame too, and the word turns to "resident". The image stays where it is, see {@link BackingImages}.
 *
 * <p>Thread-safe. Threads that want the same slab at a time share one promotion.
 */
final class Promotions {
    private final SlabStore store;
    private final SlabGeometry geometry;
    private final SlabArena arena;
    private final FrameTable table;
    private final Registry registry;
    private final SlabTransitions transitions;
    private final GuardedTier tier;
    private final ConcurrentHashMap<Long, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    /**
     * A promotion under way; {@code key} is the slab's id, boxed once, since ending the promotion must need no memory.
     */
    private record Promotion(Long key, long word, CompletableFuture<Void> done) {
        long id() {
            return key;
        }
    }

    Promotions(SlabStore store, GuardedTier tier) {
        this.store = store;
        this.geometry = store.geometry;
        this.arena = store.arena;
        this.table = store.table;
        this.registry = store.registry;
        this.transitions = store.transitions;
        this.tier = tier;
    }

    /** Completes when the slab has left that cold word; fails when it can't be read, or there is no memory for it. */
    CompletableFuture<Void> promote(long id, long word) {
        return promote(id, word, false);
    }

    /**
     * The same for a thread that waits for it: unless a promotion of the slab is under way, the thread reads by itself.
     */
    CompletableFuture<Void> promoteNow(long id, long word) {
        return promote(id, word, true);
    }

    private CompletableFuture<Void> promote(long id, long word, boolean waiting) {
        Promotion mine = new Promotion(id, word, new GuardedFuture<>());
        CompletableFuture<Void> others = underWay.putIfAbsent(mine.key, mine.done);
        if (others != null) {
            return others;
        }
        try {
            int frame = store.operations.call(() -> takeFrame(Registry.sizeClass(word)));
            MemorySegment page = arena.memory().asSlice(arena.offset(frame), geometry.slabBytes());
            if (waiting) {
                end(mine, finish(mine, frame, readNow(mine, page)));
            } else {
                Thread beginner = Thread.currentThread();
                var _ = tier.read(id, Registry.sizeClass(word), Registry.location(word), page)
                        .whenComplete((_, failure) ->
                                store.completions.continueFor(beginner, () -> end(mine, finish(mine, frame, failure))));
            }
        } catch (Throwable e) {
            end(mine, e);
        }
        return mine.done;
    }

    /** Reads the image on this thread: why that failed, or null. */
    private Throwable readNow(Promotion promotion, MemorySegment page) {
        try {
            tier.readNow(promotion.id(), Registry.sizeClass(promotion.word), Registry.location(promotion.word), page);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void end(Promotion promotion, Throwable failure) {
        underWay.remove(promotion.key);
        if (failure == null) {
            promotion.done.complete(null);
        } else {
            promotion.done.completeExceptionally(failure);
        }
    }

    private int takeFrame(int sizeClass) {
        long run = arena.takeRun(sizeClass, 1);
        while (run < 0 && store.reclaim.findFrames(Thread.currentThread())) {
            run = arena.takeRun(sizeClass, 1);
        }
        int[] hot = new int[1];
        if (run < 0 && arena.takeHot(sizeClass, hot, 1) == 0) {
            throw new ZnsSlabException(
                    ("no memory to promote a cold slab to: each slab of the limit of %d bytes holds live objects;"
                                    + " free some, close epochs, raise limitBytes, or copy the object with read()")
                            .formatted(arena.limitBytes()));
        }
        int frame = run < 0 ? hot[0] : SlabArena.firstOf(run);
        store.recycler.giveUpKeptId(frame);
        return frame;
    }

    /** Puts the slab into the frame: why that failed, or null, also when the slab has moved otherwise. */
    private Throwable finish(Promotion promotion, int frame, Throwable failure) {
        try {
            return store.operations.call(() -> settleOrGiveUp(promotion, frame, failure));
        } catch (Throwable e) {
            // The allocator is closed: nothing may be written any more, and need not be, for the frame goes with all
            // others.
            return e;
        }
    }

    /** Settles the slab in the frame, or gives the frame back: why the promotion failed, or null. */
    private Throwable settleOrGiveUp(Promotion promotion, int frame, Throwable failure) {
        long id = promotion.id();
        long word = promotion.word;
        Throwable error = Failures.reason(failure);
        try {
            if (error != null || !transitions.beginMove(id, word)) {
                arena.giveBack(new int[] {frame}, 1);
                return registry.laWord(id) != word ? null : error;
            }
            settle(id, word, frame);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Makes the slab whose word is "moving" resident; leaves it cold where that throws. */
    private void settle(long id, long word, int frame) {
        int sizeClass = Registry.sizeClass(word);
        ClosedEpoch epoch;
        try {
            store.grace.awaitReaders();
            epoch = store.closedEpochs.byIndex(registry.lpColdEpochIndex(id));
            if (sizeClass == geometry.packedClass()) {
                adopt(id, Registry.baseGeneration(word), frame);
            } else {
                freeDeadSlots(id, sizeClass, frame);
            }
            table.sopEpoch(frame, epoch.number());
            table.spContents(frame, store.contents.sum(frame, id));
        } catch (Throwable e) {
            transitions.stayCold(id, word);
            arena.giveBack(new int[] {frame}, 1);
            // A last free that came while the word was "moving" left the slab to this thread.
            store.sealed.endColdIfEmpty(id);
            throw e;
        }
        store.images.keep(id, Registry.location(word));
        transitions.arrive(id, word, frame, epoch.maxGeneration());
        // such a free, here too
        store.sealed.releaseAfterReaders(store.sealed.noteFree(frame));
        store.coldCounters.slabsPromoted.increment();
        StoreEvents.slabPromoted(id, epoch.number());
    }

    private void adopt(long id, int generation, int frame) {
        long[] live = new long[4];
        for (int bitmapWord = 0; bitmapWord < live.length; bitmapWord++) {
            live[bitmapWord] = registry.laColdBits(id, bitmapWord);
        }
        table.sopPending(frame, 0, 0);
        table.sopRemote(frame, 0, store.packed.adopt(frame, id, generation, live));
    }

    private void freeDeadSlots(long id, int sizeClass, int frame) {
        Words memory = arena.words();
        for (int bitmapWord = 0; bitmapWord < table.bitmapWords(); bitmapWord++) {
            long dead = geometry.slotMask(sizeClass, bitmapWord) & ~registry.laColdBits(id, bitmapWord);
            table.sopPending(frame, bitmapWord, 0);
            table.sopRemote(frame, bitmapWord, dead);
            for (long bits = dead; bits != 0; bits &= bits - 1) {
                int slot = (bitmapWord << 6) + Long.numberOfTrailingZeros(bits);
                memory.sp(arena.offset(frame) + geometry.slotOffset(sizeClass, slot), 0);
            }
        }
    }
}
