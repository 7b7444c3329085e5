package io.znsslab.core;

import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.cold.ColdTier;
import io.znsslab.core.cold.SlabBatch;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A cold tier in memory of which a test changes single methods; the defaults of {@link ColdTier} stay in force. */
public class WrappedTier implements ColdTier {
    public final MemoryTier memory = new MemoryTier();
    public ColdSlabs slabs;

    /** The reads that overriding methods have counted. */
    public int notedReads;

    public final Set<Long> destinations = new HashSet<>();
    public MemorySegment lastDestination;

    /** Counts a read, and records its destination. */
    public final void noteRead(MemorySegment destination) {
        notedReads++;
        destinations.add(destination.address());
        lastDestination = destination;
    }

    @Override
    public void attach(ColdSlabs shape) {
        slabs = shape;
        memory.attach(shape);
    }

    @Override
    public CompletableFuture<Void> demote(SlabBatch batch) {
        return memory.demote(batch);
    }

    @Override
    public CompletableFuture<Void> read(long slabId, int sizeClass, long location, MemorySegment destination) {
        return memory.read(slabId, sizeClass, location, destination);
    }

    @Override
    public void release(long slabId, long location) {
        memory.release(slabId, location);
    }

    @Override
    public void close() {
        memory.close();
    }
}
