package io.znsslab.cli.bench.soak;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochClosing;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * One thread's objects in the store, and a model that every answer is compared with. Objects are written once. For one
 * thread at a time.
 */
final class SoakWorker {
    private static final List<Lifetime> LIFETIMES = List.of(Lifetime.values());
    private static final int EPOCH_OBJECTS = 600;
    private static final int SMALLEST = 16;
    private static final int LARGEST = 4_000;
    private static final int USUAL_LARGEST = 400;
    private static final int MOST_PENDING = 4;
    /** Allocations that find no memory wait for demotions under way, and then drop an epoch. */
    private static final int MOST_TRIES = 64;

    private final SplittableRandom random;
    private final long numberBase;
    private final long budgetBytes;
    private final WrongAnswers wrong;
    /** The oldest first. */
    private final List<EpochModel> closed = new ArrayList<>();

    private final ArrayDeque<CompletableFuture<EpochClosing>> pending = new ArrayDeque<>();
    private final StaleHandles stale = new StaleHandles();
    private SlabAllocator store;
    private EpochModel open;
    private long liveBytes;
    private long liveObjects;
    private long allocated;
    private long freed;
    private long verified;
    private long verifiedAfterRestart;
    private long staleChecked;
    private long epochsDemoted;
    private long epochsDiscarded;

    /**
     * @param worker its number, 0..65535
     * @param budgetBytes of live objects, at most
     */
    SoakWorker(int worker, long seed, long budgetBytes, WrongAnswers wrong) {
        random = new SplittableRandom(seed * 65_537 + worker);
        numberBase = (long) worker << 47;
        this.budgetBytes = budgetBytes;
        this.wrong = wrong;
    }

    SoakCounts counts() {
        return new SoakCounts(
                allocated, freed, verified, verifiedAfterRestart, staleChecked, epochsDemoted, epochsDiscarded);
    }

    /** Begins in a store, or goes on in the one that was reopened. */
    void moveTo(SlabAllocator opened) {
        store = opened;
        openEpoch();
    }

    private void openEpoch() {
        open = new EpochModel(store.advanceEpoch(EpochOptions.DEFAULT
                .label("soak")
                .lifetime(LIFETIMES.get(random.nextInt(LIFETIMES.size())))
                .packed(random.nextBoolean())));
    }

    /** Takes so many steps, each checked at once. */
    void work(int steps) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(LARGEST, Long.BYTES);
            for (int step = 0; step < steps; step++) {
                step(copy);
            }
        }
    }

    private void step(MemorySegment copy) {
        int dice = random.nextInt(100);
        if (dice < 50 || liveObjects == 0) {
            allocate();
        } else if (dice < 78) {
            EpochModel epoch = anyEpoch();
            verify(epoch, epoch.any(random), copy, random.nextInt(8) == 0);
            verified++;
        } else if (dice < 94) {
            EpochModel epoch = anyEpoch();
            free(epoch, epoch.any(random), copy);
        } else if (stale.count() > 0) {
            requireStale(stale.any(random), copy);
        }
    }

    /** One that has objects. */
    private EpochModel anyEpoch() {
        if (open.count() > 0 && (closed.isEmpty() || random.nextInt(3) == 0)) {
            return open;
        }
        EpochModel chosen = closed.isEmpty() ? open : closed.get(random.nextInt(closed.size()));
        return chosen.count() > 0
                ? chosen
                : closed.stream().filter(epoch -> epoch.count() > 0).findFirst().orElse(open);
    }

    private void allocate() {
        if (open.count() >= EPOCH_OBJECTS) {
            demoteOpen();
            openEpoch();
        }
        while (liveBytes > budgetBytes && !closed.isEmpty()) {
            discardOldest();
        }
        int size = random.nextInt(SMALLEST, (random.nextInt(10) == 0 ? LARGEST : USUAL_LARGEST) + 1);
        long number = numberBase + allocated;
        long handle = allocateOrMakeRoom(size);
        MemorySegment payload = store.resolve(handle);
        if (payload == null) {
            wrong.add("object 0x%x is stale as soon as it was allocated".formatted(handle));
            return;
        }
        ObjectContent.write(payload, number, size);
        open.add(handle, number, size);
        liveBytes += size;
        liveObjects++;
        allocated++;
    }

    private long allocateOrMakeRoom(int size) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            long handle = store.allocate(size, open.epoch());
            if (Handle.isHandle(handle)) {
                return handle;
            }
            if (handle != Handle.ARENA_FULL) {
                throw new IllegalStateException("no object in the open epoch " + open.epoch() + ": answer " + handle);
            }
            if (!pending.isEmpty()) {
                awaitDemotions();
            } else if (!closed.isEmpty()) {
                // Objects of theirs that were promoted are in DRAM.
                discardOldest();
            }
        }
        throw new IllegalStateException("no memory for an object of " + size + " bytes, though epochs were dropped");
    }

    private void demoteOpen() {
        closed.add(open);
        pending.add(store.closeEpoch(open.epoch(), Disposition.DEMOTE));
        epochsDemoted++;
        if (pending.size() > MOST_PENDING) {
            pending.remove().join();
        }
    }

    private void awaitDemotions() {
        pending.forEach(CompletableFuture::join);
        pending.clear();
    }

    private void discardOldest() {
        EpochModel epoch = closed.removeFirst();
        if (epoch.count() > 0) {
            // A demotion of it may be under way, in which nothing can be discarded.
            awaitDemotions();
            store.closeEpoch(epoch.epoch(), Disposition.DISCARD).join();
            epochsDiscarded++;
        }
        liveBytes -= epoch.bytes();
        liveObjects -= epoch.count();
        for (int index = 0; index < epoch.count(); index++) {
            stale.add(epoch.handle(index));
        }
    }

    private void free(EpochModel epoch, int index, MemorySegment copy) {
        long handle = epoch.handle(index);
        liveBytes -= epoch.size(index);
        liveObjects--;
        epoch.remove(index);
        freed++;
        if (!store.free(handle)) {
            wrong.add("object 0x%x was live, and its free reports stale".formatted(handle));
        }
        stale.add(handle);
        requireStale(handle, copy);
    }

    private void verify(EpochModel epoch, int index, MemorySegment copy, boolean promote) {
        long handle = epoch.handle(index);
        int size = epoch.size(index);
        MemorySegment seen;
        if (promote && epoch == open) {
            seen = store.resolve(handle); // nothing but this thread demotes its open epoch
            if (seen == null) {
                wrong.add("object 0x%x of epoch %d is stale".formatted(handle, epoch.epoch()));
                return;
            }
        } else {
            if (promote) {
                var _ = store.resolve(handle);
            }
            int copied = store.read(handle, copy);
            if (copied < size) {
                wrong.add("object 0x%x of epoch %d has %d bytes instead of %d"
                        .formatted(handle, epoch.epoch(), copied, size));
                return;
            }
            seen = copy;
        }
        int offset = ObjectContent.firstWrong(seen, epoch.number(index), size);
        if (offset >= 0) {
            wrong.add("object 0x%x of epoch %d is wrong from byte %d on".formatted(handle, epoch.epoch(), offset));
        }
    }

    private void requireStale(long handle, MemorySegment copy) {
        staleChecked++;
        if (store.read(handle, copy) != -1) {
            wrong.add("object 0x%x is gone, and can still be read".formatted(handle));
        }
        if (store.free(handle)) {
            wrong.add("object 0x%x is gone, and could be freed again".formatted(handle));
        }
    }

    /** Has everything on the device, for the next opening of the store to find. */
    void prepareToClose() {
        if (open.count() > 0) {
            demoteOpen();
        } else {
            store.closeEpoch(open.epoch(), Disposition.DISCARD).join();
        }
        awaitDemotions();
    }

    /** Reads every object that must be there, and looks up those that must not. */
    void verifyAll(SlabAllocator reopened) {
        store = reopened;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(LARGEST, Long.BYTES);
            for (EpochModel epoch : closed) {
                for (int index = 0; index < epoch.count(); index++) {
                    verify(epoch, index, copy, false);
                    verifiedAfterRestart++;
                }
            }
            for (int index = 0; index < stale.count(); index++) {
                requireStale(stale.get(index), copy);
            }
        }
    }
}
