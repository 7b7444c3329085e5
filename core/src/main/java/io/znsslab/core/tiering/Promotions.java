package io.znsslab.core.tiering;

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
import org.jspecify.annotations.Nullable;

/**
 * Brings slabs back to DRAM, one at a time: the image is read into a new frame while the slab stays cold for all
 * threads; then its word turns to "moving", frees that began before are waited for, what they freed is freed in the
 * frame too, and the word turns to "resident". The image stays where it is, see {@link BackingImages}.
 *
 * <p>A promotion is begun for the object of a handle. Where the registry could not say whether the handle names one,
 * the image does, once it is in the frame: so the device is read once. If it does not, the slab stays cold.
 *
 * <p>Thread-safe. Threads that want the same slab at a time share one promotion.
 */
final class Promotions {
    /** The slab has left its cold word: the caller looks again. No handle has this value. */
    static final Long MOVED = 0L;

    private final SlabStore store;
    private final SlabGeometry geometry;
    private final SlabArena arena;
    private final FrameTable table;
    private final Registry registry;
    private final SlabTransitions transitions;
    private final GuardedTier tier;
    private final ColdSlots slots;
    private final ConcurrentHashMap<Long, CompletableFuture<Long>> underWay = new ConcurrentHashMap<>();

    /**
     * A promotion under way; {@code key} is the slab's id and {@code handle} the handle that it was begun for, boxed
     * once, since ending the promotion must need no memory.
     */
    private record Promotion(Long key, Long handle, long word, CompletableFuture<Long> done) {
        long id() {
            return key;
        }
    }

    Promotions(SlabStore store, GuardedTier tier, ColdSlots slots) {
        this.store = store;
        this.geometry = store.geometry;
        this.arena = store.arena;
        this.table = store.table;
        this.registry = store.registry;
        this.transitions = store.transitions;
        this.tier = tier;
        this.slots = slots;
    }

    /**
     * Brings the slab of the object to DRAM. Completes with {@link #MOVED} when the slab has left that cold word, or
     * with a handle if the image showed that it names no object, and the slab stayed where it was: another caller's
     * handle, if that one was first, or this one. Fails when the slab can't be read, and with a
     * {@link NoFrameException} when there is no memory for it.
     */
    CompletableFuture<Long> promote(long handle, long word) {
        return promote(handle, word, false);
    }

    /**
     * The same for a thread that waits for it: unless a promotion of the slab is under way, the thread reads by itself.
     */
    CompletableFuture<Long> promoteNow(long handle, long word) {
        return promote(handle, word, true);
    }

    private CompletableFuture<Long> promote(long handle, long word, boolean waiting) {
        long id = store.layout.slabId(handle);
        Promotion mine = new Promotion(id, handle, word, new GuardedFuture<>());
        CompletableFuture<Long> others = underWay.putIfAbsent(mine.key, mine.done);
        if (others != null) {
            return others;
        }
        try {
            int frame = store.operations.call(() -> takeFrame(Registry.sizeClass(word)));
            MemorySegment page = page(frame);
            if (waiting) {
                finish(mine, frame, readNow(mine, page));
            } else {
                Thread beginner = Thread.currentThread();
                var _ = tier.read(id, Registry.sizeClass(word), Registry.location(word), page)
                        .whenComplete((_, failure) ->
                                store.completions.continueFor(beginner, () -> finish(mine, frame, failure)));
            }
        } catch (Throwable e) {
            end(mine, null, e);
        }
        return mine.done;
    }

    /** Reads the image on this thread: why that failed, or null. */
    private @Nullable Throwable readNow(Promotion promotion, MemorySegment page) {
        try {
            tier.readNow(promotion.id(), Registry.sizeClass(promotion.word), Registry.location(promotion.word), page);
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    private void end(Promotion promotion, @Nullable Long outcome, @Nullable Throwable failure) {
        underWay.remove(promotion.key);
        if (failure == null) {
            promotion.done.complete(outcome);
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
            throw new NoFrameException(
                    ("no memory to promote a cold slab to: each slab of the limit of %d bytes holds live objects;"
                                    + " free some, close epochs, raise limitBytes, or copy the object with read()")
                            .formatted(arena.limitBytes()));
        }
        int frame = run < 0 ? hot[0] : SlabArena.firstOf(run);
        store.recycler.giveUpKeptId(frame);
        return frame;
    }

    /** Puts the slab into the frame, unless it can't or has moved otherwise, and ends the promotion. */
    private void finish(Promotion promotion, int frame, @Nullable Throwable failure) {
        Long outcome = null;
        Throwable error = null;
        try {
            Throwable ofRead = failure == null ? null : Failures.reason(failure);
            outcome = store.operations.call(() -> settleOrGiveUp(promotion, frame, ofRead));
        } catch (Throwable e) {
            // One reason: the allocator is closed. Then nothing may be written any more, and need not be, for the frame
            // goes with all others.
            error = Failures.reason(e);
        }
        end(promotion, outcome, error);
    }

    /** Settles the slab in the frame, or gives the frame back: the outcome of the promotion. */
    private Long settleOrGiveUp(Promotion promotion, int frame, @Nullable Throwable failure) {
        long id = promotion.id();
        long word = promotion.word;
        Throwable error = failure;
        boolean isLive = false;
        if (error == null) {
            try {
                isLive = slots.isIn(page(frame), promotion.handle, word);
            } catch (Throwable e) {
                // the image is damaged, or another slab has its location by now
                error = e;
            }
        }
        if (isLive && transitions.beginMove(id, word)) {
            settle(id, word, frame);
            return MOVED;
        }
        arena.giveBack(new int[] {frame}, 1);
        // Where the slab has moved, neither an error counts nor what was read.
        if (registry.laWord(id) != word) {
            return MOVED;
        }
        if (error != null) {
            throw Failures.asRuntimeException(error);
        }
        return promotion.handle;
    }

    private MemorySegment page(int frame) {
        return arena.memory().asSlice(arena.offset(frame), geometry.slabBytes());
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
