package io.znsslab.core.benchmark.contestant;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A cold tier that copies slabs to the heap: with it the allocator's own part of a demotion is measured. */
final class HeapTier implements ColdTier {
    private final ConcurrentHashMap<Long, byte[]> images = new ConcurrentHashMap<>();
    private final AtomicLong locations = new AtomicLong();

    @Override
    public void attach(ColdSlabs slabs) {
        // Slabs of any shape have room on the heap.
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        long[] at = new long[batch.size()];
        for (int slab = 0; slab < at.length; slab++) {
            at[slab] = locations.incrementAndGet();
            images.put(at[slab], batch.page(slab).toArray(ValueLayout.JAVA_BYTE));
        }
        batch.demoted(0, at.length, at);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        byte[] image = images.get(location);
        if (image == null) {
            return CompletableFuture.failedFuture(
                    new ZnsSlabException("slab %d is not at location %d".formatted(slabId, location)));
        }
        destination.copyFrom(MemorySegment.ofArray(image));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void release(long slabId, long location) {
        images.remove(location);
    }

    @Override
    public void close() {
        images.clear();
    }
}
