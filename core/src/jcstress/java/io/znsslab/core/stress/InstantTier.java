package io.znsslab.core.stress;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A cold tier that keeps slabs on the heap, and does everything at once in the calling thread, so that the steps of a
 * race are close together. Thread-safe.
 */
final class InstantTier implements ColdTier {
    private final ConcurrentHashMap<Long, byte[]> images = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Long> newest = new ConcurrentHashMap<>();
    private final AtomicLong lastLocation = new AtomicLong();
    private volatile ColdSlabs slabs;

    @Override
    public void attach(ColdSlabs shape) {
        slabs = shape;
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        long[] locations = new long[batch.size()];
        for (int index = 0; index < locations.length; index++) {
            locations[index] = keep(batch.page(index).toArray(ValueLayout.JAVA_BYTE));
            newest.put(batch.slabId(index), locations[index]);
        }
        batch.demoted(0, locations.length, locations);
        return CompletableFuture.completedFuture(null);
    }

    private long keep(byte[] image) {
        long location = lastLocation.incrementAndGet();
        images.put(location, image);
        return location;
    }

    /** The location that the slab's last demotion gave it. */
    long locationOf(long slabId) {
        return newest.get(slabId);
    }

    /** Moves the slab to another location if it is at that one; returns the location offered as the new one. */
    long relocate(long slabId, long from) {
        byte[] image = images.get(from);
        if (image == null) {
            return from;
        }
        long to = keep(image);
        images.remove(slabs.relocated(slabId, from, to) ? from : to);
        return to;
    }

    /** Whether the tier keeps an image at one of the locations. */
    String state(long... locations) {
        for (long location : locations) {
            if (images.containsKey(location)) {
                return "kept";
            }
        }
        return "released";
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
        if (images.remove(location) == null) {
            throw new IllegalStateException(
                    "slab %d was released twice, or never was at %d".formatted(slabId, location));
        }
    }

    @Override
    public void close() {
        images.clear();
    }
}
