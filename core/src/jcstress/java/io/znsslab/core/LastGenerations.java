package io.znsslab.core;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** An allocator whose slab ids have one generation left, which takes days to come to otherwise. Thread-safe. */
public final class LastGenerations {
    private static final int IDS = 1 << 16;

    /** At most, the stocks of all stripes included. */
    private static final int IDS_PER_ALLOCATION = 2;

    private final SlabStore store;
    private final SlabAllocator allocator;
    private final AtomicLong allocations = new AtomicLong();
    /** Held to write while ids are used up: no other is to be had then but new ones. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** With slots of that size. */
    public LastGenerations(int slotBytes) {
        SlabGeometry geometry = new SlabGeometry(4096, slotBytes);
        // Each id has an entry of its own, as where slabs turn cold: an id that is used up leaves it to no other.
        this.store =
                new SlabStore(new SlabArena(geometry, 64 << 20), HandleLayout.WIDE, 2, Reclamation.KEEP_HOT, 32, true);
        this.allocator = new SlabAllocator(store, null, false, null);
    }

    /** The allocator. */
    public SlabAllocator allocator() {
        return allocator;
    }

    /** A new object, of the largest size, whose slab can't issue another handle after it and those beside it. */
    public long allocate() {
        if (allocations.getAndIncrement() % (IDS / IDS_PER_ALLOCATION) == 0) {
            lock.writeLock().lock();
            try {
                useUpIds();
            } finally {
                lock.writeLock().unlock();
            }
        }
        long handle;
        lock.readLock().lock();
        try {
            handle = allocator.allocate(allocator.largestPayloadBytes(), 0);
        } finally {
            lock.readLock().unlock();
        }
        if (!Handle.isHandle(handle) || HandleLayout.WIDE.generation(handle) != HandleLayout.MAX_GENERATION) {
            throw new IllegalStateException("0x%x is no object of a last generation".formatted(handle));
        }
        return handle;
    }

    /** Sees to it that the next ids that threads take have one generation left. */
    private void useUpIds() {
        long[] ids = new long[IDS];
        int count = store.registry.takeIds(ids);
        for (int index = 0; index < count; index++) {
            if (Registry.baseGeneration(store.registry.laWord(ids[index])) < HandleLayout.MAX_GENERATION) {
                store.registry.svRefusal(ids[index], HandleLayout.MAX_GENERATION - 1);
            }
            store.registry.reuse(ids[index]);
        }
    }
}
