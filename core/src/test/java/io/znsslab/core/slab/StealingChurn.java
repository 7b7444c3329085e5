package io.znsslab.core.slab;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * Threads that free each other's objects in bursts, so that now one, now the other has slabs to spare. Takes a seed,
 * and is an object that can be loaded with a patched copy of core.
 */
final class StealingChurn implements LongConsumer {
    private static final int THREADS = 3;
    private static final int FITS = 40;
    private static final int PLACES = 6_000;
    private static final int PAYLOAD_BYTES = 100;

    private final AtomicReference<AssertionError> failure = new AtomicReference<>();
    private AtomicLongArray handles;
    private SlabAllocator allocator;
    private long stolen;

    /** Number of slabs stolen in all churns so far; a single churn may steal none. */
    long stolen() {
        return stolen;
    }

    /** @throws AssertionError if a slot is handed out twice, or lost */
    @Override
    public void accept(long seed) {
        handles = new AtomicLongArray(PLACES);
        allocator = SlabAllocator.builder().build();
        run(seed);
        check();
        // A failed run does not close its allocator: a broken allocator may be unable to close.
        allocator.close();
    }

    private void run(long seed) {
        // All threads stay alive until the last is done: a dead thread's slabs would go to the next.
        CountDownLatch done = new CountDownLatch(THREADS);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            SplittableRandom random = new SplittableRandom(seed * THREADS + number);
            Thread.Builder builder = number == THREADS - 1
                    ? Thread.ofVirtual()
                    : Thread.ofPlatform().daemon();
            threads.add(builder.start(() -> {
                try {
                    for (int fit = 0; fit < FITS && failure.get() == null; fit++) {
                        haveAFit(random);
                    }
                } catch (AssertionError e) {
                    failure.compareAndSet(null, e);
                } catch (RuntimeException e) {
                    failure.compareAndSet(null, new AssertionError(e));
                } finally {
                    done.countDown();
                }
            }));
        }
        try {
            // A list that two threads changed at the same time may have no end.
            require(done.await(20, TimeUnit.SECONDS), "every operation comes to an end", seed);
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void haveAFit(SplittableRandom random) {
        int from = random.nextInt(PLACES);
        int count = random.nextInt(PLACES);
        switch (random.nextInt(3)) {
            case 0 -> {
                for (int index = 0; index < count; index++) {
                    if (index % 4 != 0) {
                        put((from + index) % PLACES, 0);
                    }
                }
            }
            case 1 -> {
                for (int index = 0; index < count; index++) {
                    put((from + index) % PLACES, allocate());
                }
            }
            default -> {
                for (int index = 0; index < count; index++) {
                    put(random.nextInt(PLACES), allocate());
                }
            }
        }
    }

    private long allocate() {
        long handle = allocator.allocate(PAYLOAD_BYTES, 0);
        require(Handle.isHandle(handle), "there is room", handle);
        allocator.resolve(handle).set(JAVA_LONG, 0, handle);
        return handle;
    }

    /** Puts the object at that place, and frees the one before it, whose bytes must be unchanged. */
    private void put(int place, long handle) {
        long before = handles.getAndSet(place, handle);
        if (before != 0) {
            requireIntact(before);
            require(allocator.free(before), "a live handle can be freed", before);
        }
    }

    private void requireIntact(long handle) {
        MemorySegment payload = allocator.resolve(handle);
        require(payload != null, "a live handle resolves", handle);
        require(payload.get(JAVA_LONG, 0) == handle, "an object keeps its bytes", handle);
    }

    private static void require(boolean holds, String rule, long handle) {
        if (!holds) {
            throw new AssertionError("%s: %x".formatted(rule, handle));
        }
    }

    private void check() {
        try {
            allocator.checkInvariants();
        } catch (IllegalStateException e) {
            throw new AssertionError(e);
        }
        int live = 0;
        for (int place = 0; place < PLACES; place++) {
            if (handles.get(place) != 0) {
                requireIntact(handles.get(place));
                live++;
            }
        }
        require(allocator.epochInfo(0).liveObjects() == live, "the objects that were not freed are live", live);
        stolen += allocator.counters().slabsStolen();
    }
}
