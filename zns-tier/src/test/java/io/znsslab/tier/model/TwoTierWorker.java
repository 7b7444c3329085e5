package io.znsslab.tier.model;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochInfo;
import io.znsslab.core.Handle;
import io.znsslab.core.Lifetime;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.walk.EpochWalk;
import io.znsslab.tier.device.DeviceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;

/**
 * One thread's random operations on its own epochs, each checked at once: no other thread frees, changes or closes
 * them, while the other threads, collection and the read cache work on the same zones.
 */
public final class TwoTierWorker {
    private static final List<Lifetime> LIFETIMES = List.of(Lifetime.values());
    private static final int MOST_EPOCHS = 6;
    private static final int EPOCH_OBJECTS = 400;
    private static final int MOST_STALE = 20_000;
    private static final Instant FAR_AWAY = Instant.parse("2200-01-01T00:00:00Z");
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private SlabAllocator allocator;
    private final SplittableRandom random;
    private final Map<Long, List<StoredObject>> epochs = new HashMap<>();
    private final List<Long> numbers = new ArrayList<>();
    /** When those of the epochs expire that do. */
    private final Map<Long, Instant> expiries = new HashMap<>();

    private final List<Long> stale = new ArrayList<>();
    private long operations;

    public TwoTierWorker(SlabAllocator allocator, long seed) {
        this.allocator = allocator;
        this.random = new SplittableRandom(seed);
    }

    /** Takes so many steps, each checked at once. */
    public void work(int steps) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment copy = arena.allocate(allocator.largestPayloadBytes(), Long.BYTES);
            for (int i = 0; i < steps; i++) {
                step(copy);
            }
        }
        operations += steps;
        if (stale.size() > MOST_STALE) {
            stale.subList(0, stale.size() - MOST_STALE).clear();
        }
    }

    /** Number of steps so far. */
    public long operations() {
        return operations;
    }

    /** Demotes everything in its present state, for the next opening of the store to find. */
    public void demoteAll() {
        List.copyOf(numbers).forEach(this::demote);
        allocator.sync().join();
    }

    /** Goes on with the same objects in a store that was reopened. */
    public void moveTo(SlabAllocator reopened) {
        allocator = reopened;
    }

    private void step(MemorySegment copy) {
        int dice = random.nextInt(100);
        if (numbers.isEmpty() || dice < 4) {
            fillEpoch();
        } else if (dice < 10) {
            demote(anyEpoch());
        } else if (dice < 35) {
            read(copy);
        } else if (dice < 50) {
            promote();
        } else if (dice < 60) {
            change();
        } else if (dice < 88) {
            free();
        } else if (dice < 90) {
            walk();
        } else if (dice < 92) {
            expire();
        } else {
            requireStale(copy);
        }
    }

    /** Sets a time that does not come, or one that is over; then the epoch is discarded by another thread. */
    private void expire() {
        long epoch = anyEpoch();
        if (random.nextInt(4) > 0) {
            Instant time = FAR_AWAY.plusMillis(random.nextInt());
            allocator.discardAt(epoch, time);
            expiries.put(epoch, time);
            return;
        }
        allocator.discardAt(epoch, Instant.EPOCH);
        long limit = System.nanoTime() + PATIENCE_NANOS;
        while (allocator.epochInfo(epoch).state() != EpochInfo.State.DRAINED) {
            require(System.nanoTime() < limit, "an epoch whose time is over is discarded", epoch);
            Thread.yield();
        }
        forget(epoch);
    }

    private void fillEpoch() {
        if (numbers.size() == MOST_EPOCHS) {
            discard(numbers.getFirst());
        }
        long epoch = allocator.advanceEpoch("", LIFETIMES.get(random.nextInt(LIFETIMES.size())));
        List<StoredObject> objects = new ArrayList<>();
        for (int i = random.nextInt(EPOCH_OBJECTS); i >= 0; i--) {
            int bytes = 8 + random.nextInt((isLarge() ? allocator.largestPayloadBytes() : largestOfAClass()) - 8);
            long handle = allocator.allocate(bytes, epoch);
            if (!Handle.isHandle(handle)) {
                throw new AssertionError("no memory: " + handle);
            }
            StoredObject object = new StoredObject(handle, bytes);
            object.write(allocator.resolve(handle));
            objects.add(object);
        }
        numbers.add(epoch);
        epochs.put(epoch, objects);
        allocator.closeEpoch(epoch, Disposition.RECLAIM).join();
        demote(epoch);
    }

    /** Whether the next object may be of any size up to the slab: one of four. */
    private boolean isLarge() {
        return random.nextInt(4) == 0;
    }

    private int largestOfAClass() {
        return allocator.sizeClasses().getLast() - Long.BYTES;
    }

    /** Whether the length found is the object's; an object of a size class may seem as long as the class. */
    private boolean isLengthOf(StoredObject object, long found) {
        return object.payloadBytes > largestOfAClass()
                ? found == object.payloadBytes
                : found >= object.payloadBytes && found <= largestOfAClass();
    }

    private long anyEpoch() {
        return numbers.get(random.nextInt(numbers.size()));
    }

    private StoredObject anyObject() {
        List<StoredObject> objects = epochs.get(anyEpoch());
        return objects.isEmpty() ? null : objects.get(random.nextInt(objects.size()));
    }

    private void demote(long epoch) {
        try {
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        } catch (CompletionException e) {
            if (!isFull(e)) {
                throw e;
            }
            discard(epoch);
        }
    }

    void discard(long epoch) {
        allocator.closeEpoch(epoch, Disposition.DISCARD).join();
        forget(epoch);
    }

    private void forget(long epoch) {
        expiries.remove(epoch);
        for (StoredObject object : epochs.remove(epoch)) {
            stale.add(object.handle);
        }
        numbers.remove(epoch);
    }

    private void read(MemorySegment copy) {
        StoredObject object = anyObject();
        if (object != null) {
            int copied = random.nextBoolean()
                    ? allocator.read(object.handle, copy)
                    : allocator.readAsync(object.handle, copy).join();
            require(isLengthOf(object, copied), "a live handle reads its payload", object.handle);
            object.requireIn(copy);
        }
    }

    private void promote() {
        StoredObject object = anyObject();
        if (object != null) {
            MemorySegment payload = allocator.resolve(object.handle);
            require(isLengthOf(object, payload.byteSize()), "a live handle resolves to its payload", object.handle);
            object.requireIn(payload);
        }
    }

    private void change() {
        StoredObject object = anyObject();
        if (object != null) {
            MemorySegment payload = allocator.resolve(object.handle);
            object.requireIn(payload);
            object.version++;
            object.write(payload);
            if (random.nextInt(8) == 0) {
                sync();
            }
        }
    }

    /** Writes what has changed, if the device has room for it. */
    private void sync() {
        try {
            allocator.sync().join();
        } catch (CompletionException e) {
            if (!isFull(e)) {
                throw e;
            }
        }
    }

    private void free() {
        List<StoredObject> objects = epochs.get(anyEpoch());
        if (!objects.isEmpty()) {
            StoredObject object = objects.remove(random.nextInt(objects.size()));
            require(allocator.free(object.handle), "a live handle is freed", object.handle);
            require(!allocator.free(object.handle), "a handle is freed once", object.handle);
            stale.add(object.handle);
        }
    }

    /** Walks over an epoch, whose slabs the thread itself frees, promotes and demotes between the batches. */
    private void walk() {
        long epoch = anyEpoch();
        Map<Long, StoredObject> expected = new HashMap<>();
        epochs.get(epoch).forEach(object -> expected.put(object.handle, object));
        EpochWalk walk = allocator.walk(epoch);
        int most;
        int shown;
        do {
            most = 1 + random.nextInt(100);
            shown = walk.next(most, (handle, payload) -> {
                StoredObject object = expected.remove(handle);
                require(object != null, "a walk shows a live object once", handle);
                require(isLengthOf(object, payload.byteSize()), "a walk shows the whole payload", handle);
                object.requireIn(payload);
            });
            switch (random.nextInt(6)) {
                case 0 -> freeOneOf(epoch, expected);
                case 1 -> demoteInPlace(epoch);
                case 2 -> promote();
                case 3 -> walk = allocator.walk(walk.cursor());
                default -> {}
            }
        } while (shown == most);
        require(expected.isEmpty(), "a walk shows each object that lives throughout, not " + expected.size(), epoch);
    }

    private void freeOneOf(long epoch, Map<Long, StoredObject> expected) {
        List<StoredObject> objects = epochs.get(epoch);
        if (!objects.isEmpty()) {
            StoredObject object = objects.remove(random.nextInt(objects.size()));
            require(allocator.free(object.handle), "a live handle is freed", object.handle);
            stale.add(object.handle);
            expected.remove(object.handle);
        }
    }

    /** Demotes an epoch if the device has room for it; else it stays in DRAM. */
    private void demoteInPlace(long epoch) {
        try {
            allocator.closeEpoch(epoch, Disposition.DEMOTE).join();
        } catch (CompletionException e) {
            if (!isFull(e)) {
                throw e;
            }
        }
    }

    private static boolean isFull(CompletionException e) {
        return e.getCause() instanceof DeviceException failure && failure.problem() == DeviceException.Problem.FULL;
    }

    private void requireStale(MemorySegment copy) {
        if (!stale.isEmpty()) {
            long handle = stale.get(random.nextInt(stale.size()));
            require(allocator.read(handle, copy) == -1, "a stale handle reads nothing", handle);
            require(allocator.resolve(handle) == null, "a stale handle resolves to nothing", handle);
            require(allocator.tierOf(handle) == null, "a stale handle is in no tier", handle);
            require(!allocator.free(handle), "a stale handle frees nothing", handle);
        }
    }

    /**
     * Checks, between phases, that every object has its bytes, and that freed and discarded ones are stale. Returns the
     * number of objects.
     */
    public long requireAll() {
        long objectsChecked = 0;
        try (Arena arena = Arena.ofShared()) {
            MemorySegment copy = arena.allocate(allocator.largestPayloadBytes(), Long.BYTES);
            for (Map.Entry<Long, List<StoredObject>> epoch : epochs.entrySet()) {
                List<StoredObject> objects = epoch.getValue();
                require(
                        objects.isEmpty()
                                || expiry(epoch.getKey())
                                        .equals(allocator
                                                .epochInfo(epoch.getKey())
                                                .expires()),
                        "it expires when it was said to",
                        epoch.getKey());
                for (StoredObject object : objects) {
                    require(isLengthOf(object, allocator.read(object.handle, copy)), "it reads", object.handle);
                    object.requireIn(copy);
                    objectsChecked++;
                }
            }
            for (long handle : stale) {
                require(allocator.read(handle, copy) == -1, "a stale handle reads nothing", handle);
            }
        }
        return objectsChecked;
    }

    private Optional<Instant> expiry(long epoch) {
        return Optional.ofNullable(expiries.get(epoch));
    }

    void discardAll() {
        List.copyOf(numbers).forEach(this::discard);
    }

    private static void require(boolean holds, String rule, long handle) {
        if (!holds) {
            throw new AssertionError(rule + ": 0x%x".formatted(handle));
        }
    }
}
