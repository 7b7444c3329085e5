package io.znsslab.tier.collect;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.cold.ColdSlabs;
import io.znsslab.core.event.StoreEvents;
import io.znsslab.tier.demote.RelocatedSlabs;
import io.znsslab.tier.demote.TierContext;
import io.znsslab.tier.format.SlabImageLayout;
import io.znsslab.tier.format.SlabMovedException;
import io.znsslab.tier.read.SlabReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Live slabs of one zone that are being moved to another. Reused by the collector thread; demotion's threads read it
 * while they write the slabs.
 */
final class RelocationBatch implements RelocatedSlabs, AutoCloseable {
    /** Reads that collection has in flight; the rest of the depth is left to readers that wait for data. */
    private static final int MOST_READS = 16;
    /** The last generation of a slab of which its image says it, once it was read. */
    static final int AS_THE_IMAGE_SAYS = -1;

    private final TierContext context;
    private final ColdSlabs slabs;
    private final CollectionCounters counters;
    private final LongConsumer onMoved;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] pages;
    private final long[] slabIds;
    private final int[] sizeClasses;
    private final long[] epochs;
    private final int[] baseGenerations;
    private final int[] lastGenerations;
    private final long[] locations;
    private int count;
    private int generation;

    RelocationBatch(TierContext context, CollectionCounters counters, int capacity, LongConsumer onMoved) {
        this.onMoved = onMoved;
        this.context = context;
        this.counters = counters;
        slabs = context.slabs();
        int slabBytes = slabs.shape().slabBytes();
        pages = new MemorySegment[capacity];
        MemorySegment memory = arena.allocate((long) capacity * slabBytes, 4096);
        for (int i = 0; i < capacity; i++) {
            pages[i] = memory.asSlice((long) i * slabBytes, slabBytes);
        }
        slabIds = new long[capacity];
        sizeClasses = new int[capacity];
        epochs = new long[capacity];
        baseGenerations = new int[capacity];
        lastGenerations = new int[capacity];
        locations = new long[capacity];
    }

    void clear() {
        count = 0;
    }

    /** Empties the batch for slabs of that zone. */
    void takeFrom(int zone) {
        clear();
        generation = context.table().generation(zone) + 1;
    }

    boolean isFull() {
        return count == pages.length;
    }

    void add(long slabId, int sizeClass, long epoch, int baseGeneration, int lastGeneration, long location) {
        slabIds[count] = slabId;
        sizeClasses[count] = sizeClass;
        epochs[count] = epoch;
        baseGenerations[count] = baseGeneration;
        lastGenerations[count] = lastGeneration;
        locations[count] = location;
        count++;
    }

    /**
     * Reads the slabs, and drops those that moved or died meanwhile.
     *
     * @return the first error among slabs that should be there and can't be read, or null; those slabs are dropped as
     *     well
     */
    @Nullable
    ZnsSlabException read(SlabReader reader) {
        ZnsSlabException firstError = null;
        int kept = 0;
        List<CompletableFuture<Void>> reads = new ArrayList<>(MOST_READS);
        for (int from = 0; from < count; from += MOST_READS) {
            int to = Math.min(from + MOST_READS, count);
            try {
                for (int i = from; i < to; i++) {
                    reads.add(reader.read(slabIds[i], sizeClasses[i], locations[i], pages[i]));
                }
            } finally {
                // Wait in any case: a page may be reused only once no read into it is in flight.
                reads.forEach(read -> read.handle((_, _) -> 0).join());
            }
            for (int i = from; i < to; i++) {
                ZnsSlabException error = outcome(reads.get(i - from));
                if (error == null) {
                    keep(i, kept++);
                } else if (firstError == null && !(error instanceof SlabMovedException)) {
                    firstError = error;
                }
            }
            reads.clear();
        }
        count = kept;
        return firstError;
    }

    private static @Nullable ZnsSlabException outcome(CompletableFuture<Void> read) {
        try {
            read.join();
            return null;
        } catch (CompletionException e) {
            return e.getCause() instanceof ZnsSlabException error
                    ? error
                    : new ZnsSlabException("a slab could not be read for relocation", e);
        }
    }

    private void keep(int from, int to) {
        MemorySegment page = pages[from];
        pages[from] = pages[to];
        pages[to] = page;
        slabIds[to] = slabIds[from];
        sizeClasses[to] = sizeClasses[from];
        epochs[to] = epochs[from];
        baseGenerations[to] = baseGenerations[from];
        lastGenerations[to] =
                lastGenerations[from] == AS_THE_IMAGE_SAYS ? lastGenerationIn(page) : lastGenerations[from];
        locations[to] = locations[from];
    }

    private static int lastGenerationIn(MemorySegment page) {
        return SlabImageLayout.lastGeneration(page.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN), 0);
    }

    @Override
    public int generation() {
        return generation;
    }

    @Override
    public long epoch() {
        throw new UnsupportedOperationException("relocated slabs are of several epochs");
    }

    @Override
    public long epoch(int index) {
        return epochs[index];
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public long slabId(int index) {
        return slabIds[index];
    }

    @Override
    public int sizeClass(int index) {
        return sizeClasses[index];
    }

    @Override
    public int baseGeneration(int index) {
        return baseGenerations[index];
    }

    @Override
    public int lastGeneration(int index) {
        return lastGenerations[index];
    }

    @Override
    public MemorySegment page(int index) {
        return pages[index];
    }

    @Override
    public int liveSlots(int index, long[] into) {
        // The image holds the live slots of the time it was written; the allocator knows what was freed since.
        return slabs.liveSlots(slabIds[index], into);
    }

    @Override
    public void demoted(int from, int to, long[] newLocations) {
        for (int i = from; i < to; i++) {
            boolean moved = slabs.relocated(slabIds[i], locations[i], newLocations[i - from]);
            long unused = moved ? locations[i] : newLocations[i - from];
            (moved ? counters.slabsRelocated : counters.slabsDiedOnTheWay).increment();
            if (moved) {
                StoreEvents.slabRelocated(
                        context.device().name(),
                        slabIds[i],
                        context.table().zoneOf(locations[i]),
                        context.table().zoneOf(newLocations[i - from]));
            }
            // The log must know before the release can make the location free.
            context.log().changed(slabIds[i]);
            onMoved.accept(unused);
            if (context.zones().removeLive(context.table().zoneOf(unused), 1)) {
                context.reclaimer().signal();
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
