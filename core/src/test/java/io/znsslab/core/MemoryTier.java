package io.znsslab.core;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A cold tier in memory, with which core is tested alone: it keeps copies of slabs, and a test can make it wait or
 * fail.
 */
public final class MemoryTier implements ColdTier {
    private final Map<Long, MemorySegment> images = new HashMap<>();
    private final Map<Long, Long> ids = new HashMap<>();
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final List<Runnable> held = new ArrayList<>();
    private ColdSlabs slabs;
    private long nextLocation = 1;
    private long written;
    private boolean hold;
    private int failAfter = Integer.MAX_VALUE;
    private boolean closed;
    private byte[] root = {};

    @Override
    public void attach(ColdSlabs shape) {
        slabs = shape;
    }

    /** Makes demotions copy their slabs and then wait until {@link #releaseHeld}. */
    public synchronized void holdDemotions() {
        hold = true;
    }

    /** Lets the waiting demotions hand their slabs over. */
    public void releaseHeld() {
        List<Runnable> all;
        synchronized (this) {
            hold = false;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Makes the next demotion fail after that many slabs. */
    public synchronized void failAfter(int count) {
        failAfter = count;
    }

    /** Moves every live slab to another location, as a tier that collects garbage does. */
    public void relocateAll() {
        List<Long> locations;
        synchronized (this) {
            locations = List.copyOf(images.keySet());
        }
        locations.forEach(this::relocate);
    }

    private void relocate(long from) {
        long to;
        long slabId;
        synchronized (this) {
            if (!images.containsKey(from)) {
                return; // The allocator has released the slab in the meantime.
            }
            to = nextLocation++;
            slabId = ids.get(from);
            images.put(to, images.get(from));
            ids.put(to, slabId);
        }
        boolean moved = slabs.relocated(slabId, from, to);
        synchronized (this) {
            images.remove(moved ? from : to);
            ids.remove(moved ? from : to);
        }
    }

    /** The allocator's information about the slab of an image. */
    public synchronized boolean isWanted(long location) {
        return slabs.hasImageAt(ids.get(location), location);
    }

    /** The locations of all images. */
    public synchronized List<Long> locations() {
        return List.copyOf(images.keySet());
    }

    /** All images themselves, for a test that damages them. */
    public synchronized List<MemorySegment> images() {
        return List.copyOf(images.values());
    }

    /** Number of slabs written so far. */
    public synchronized long written() {
        return written;
    }

    /** Number of slabs on the tier now. */
    public synchronized int imageCount() {
        return images.size();
    }

    /** Whether the allocator has closed this tier. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        int count;
        boolean fails;
        long[] locations;
        synchronized (this) {
            count = Math.min(batch.size(), failAfter);
            fails = count < batch.size();
            locations = new long[count];
            written += count;
            for (int index = 0; index < count; index++) {
                locations[index] = nextLocation++;
                images.put(locations[index], copy(batch.page(index)));
                ids.put(locations[index], batch.slabId(index));
            }
        }
        Runnable handingOver = () -> {
            if (count > 0) {
                batch.demoted(0, count, locations);
            }
            if (fails) {
                done.completeExceptionally(new ZnsSlabException("the tier is full"));
            } else {
                done.complete(null);
            }
        };
        synchronized (this) {
            if (hold) {
                held.add(handingOver);
                return done;
            }
        }
        writer.execute(handingOver);
        return done;
    }

    private static MemorySegment copy(MemorySegment page) {
        return Arena.ofAuto().allocate(page.byteSize(), Long.BYTES).copyFrom(page);
    }

    @Override
    public synchronized CompletableFuture<Void> read(
            long slabId, int sizeClass, long location, MemorySegment destination) {
        MemorySegment image = images.get(location);
        if (image == null || ids.get(location) != slabId) {
            return CompletableFuture.failedFuture(
                    new ZnsSlabException("slab %d is not at %d".formatted(slabId, location)));
        }
        destination.copyFrom(image.asSlice(0, slabs.shape().slabBytes()));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized byte[] root() {
        return root.clone();
    }

    @Override
    public synchronized void root(byte[] bytes) {
        root = bytes.clone();
    }

    @Override
    public synchronized void release(long slabId, long location) {
        if (images.remove(location) == null || ids.remove(location) != slabId) {
            throw new IllegalStateException("slab %d released twice, or never at %d".formatted(slabId, location));
        }
    }

    @Override
    public void close() {
        writer.shutdown();
        synchronized (this) {
            closed = true;
        }
    }
}
