package io.znsslab.core.model;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.Tier;
import io.znsslab.core.ZnsSlabException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The simple map that the allocator is compared with, and the state that all threads of a run share. Thread-safe but
 * for the checks between phases.
 */
final class Oracle {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

    final SlabAllocator allocator;

    /** All epochs that workers opened, oldest first. */
    final CopyOnWriteArrayList<ModelEpoch> epochs = new CopyOnWriteArrayList<>();

    /** Closings that may still be running. */
    final ConcurrentLinkedQueue<CompletableFuture<?>> closings = new ConcurrentLinkedQueue<>();

    /** Garbage that named an object: the object must have been issued by the end of the phase. */
    final Set<Long> suspects = ConcurrentHashMap.newKeySet();

    private final ConcurrentHashMap<Long, ModelObject> issued = new ConcurrentHashMap<>();
    private volatile AssertionError failure;

    Oracle(SlabAllocator allocator) {
        this.allocator = allocator;
        epochs.add(new ModelEpoch(0));
    }

    boolean hasFailed() {
        return failure != null;
    }

    AssertionError failure() {
        return failure;
    }

    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause instanceof AssertionError error ? error : new AssertionError(cause);
        }
    }

    static void require(boolean holds, String rule, Object about) {
        if (!holds) {
            throw new AssertionError(rule + ": " + about);
        }
    }

    ModelObject issue(long handle, ModelEpoch epoch, int payloadBytes) {
        ModelObject object = new ModelObject(handle, epoch, payloadBytes);
        ModelObject before = issued.putIfAbsent(handle, object);
        require(before == null, "a handle is issued once", before);
        return object;
    }

    /** The object of that handle, or null. */
    ModelObject find(long handle) {
        return issued.get(handle);
    }

    /** The epoch of that number, or null. */
    ModelEpoch epoch(long number) {
        for (ModelEpoch epoch : epochs) {
            if (epoch.number == number) {
                return epoch;
            }
        }
        return null;
    }

    void awaitClosings() {
        for (CompletableFuture<?> closing = closings.poll(); closing != null; closing = closings.poll()) {
            closing.join();
        }
    }

    /** Checks, between phases, that every handle ever issued gives the right answer, and that the invariants hold. */
    void checkAll(boolean promote) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(allocator.largestPayloadBytes());
            int number = 0;
            for (ModelObject object : issued.values()) {
                require(object.freesDone.get() <= 1, "a handle is freed exactly once", object);
                if (object.mustBeStale()) {
                    checkStale(object, copy);
                } else {
                    require(object.freesBegun.get() == 0, "a live handle was never freed", object);
                    checkLive(object, copy, promote && number++ % 7 == 0);
                }
            }
        }
        for (long suspect : suspects) {
            require(issued.containsKey(suspect), "garbage names nothing", suspect);
        }
        suspects.clear();
        allocator.checkInvariants();
    }

    private void checkStale(ModelObject object, MemorySegment copy) {
        require(allocator.read(object.handle, copy) == -1, "a stale handle reads nothing", object);
        require(allocator.tierOf(object.handle) == null, "a stale handle is in no tier", object);
        require(!allocator.free(object.handle), "a stale handle frees nothing", object);
        require(allocator.resolve(object.handle) == null, "a stale handle resolves to nothing", object);
    }

    private void checkLive(ModelObject object, MemorySegment copy, boolean promote) {
        int copied = allocator.read(object.handle, copy);
        require(copied >= object.payloadBytes, "a live handle reads its payload", object + ", read " + copied);
        requireBytes(object, copy);
        Tier tier = allocator.tierOf(object.handle);
        require(tier != null, "a live handle is in a tier", object);
        if (tier == Tier.RESIDENT || promote) {
            try {
                MemorySegment payload = allocator.resolve(object.handle);
                require(payload != null, "a live handle resolves", object);
                requireBytes(object, payload);
            } catch (ZnsSlabException e) {
                require(isNoMemory(e), "promotion fails for want of memory only: " + e, object);
            }
        }
    }

    static boolean isNoMemory(ZnsSlabException e) {
        return e.getMessage().startsWith("no memory to promote");
    }

    static void requireBytes(ModelObject object, MemorySegment payload) {
        int foreign = object.written ? object.firstForeignByte(payload) : -1;
        require(foreign < 0, "an object keeps its bytes; byte " + foreign + " is another's", object);
    }
}
