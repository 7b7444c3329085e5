package io.znsslab.core;

import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** An allocator whose slab ids have one generation left, a state that normally takes days to reach. Thread-safe. */
public final class LastGenerations {
    private static final int IDS = 1 << 16;

    /** The largest number of ids, the stocks of all stripes included. */
    private static final int IDS_PER_ALLOCATION = 2;

    private final SlabStore store;
    private final SlabAllocator allocator;
    private final AtomicLong allocations = new AtomicLong();
    /** Write-locked while ids are used up: no thread may take any other than a new id then. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Opens an allocator with slots of that size. */
    public LastGenerations(int slotBytes) {
        SlabGeometry geometry = new SlabGeometry(4096, slotBytes);
        // Each id has an entry of its own, as in a store whose slabs turn cold: a used-up id leaves its entry to no
        // other id.
        this.store = new SlabStore(
                new SlabArena(geometry, 64 << 20),
                HandleLayout.WIDE,
                new SlabStore.Options(2, Reclamation.KEEP_HOT, 32, 0, true));
        this.allocator = new SlabAllocator(store, null, false, null, EpochOptions.DEFAULT, EpochOptions.DEFAULT);
    }

    /** The allocator. */
    public SlabAllocator allocator() {
        return allocator;
    }

    /** A new object of the largest size. Its slab can issue no handle after those of the objects that fill it. */
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

    /** Makes sure that the next ids that threads take have one generation left. */
    private void useUpIds() {
        long[] ids = new long[IDS];
        int count = store.registry.ids().take(ids);
        for (int index = 0; index < count; index++) {
            if (Registry.baseGeneration(store.registry.laWord(ids[index])) < HandleLayout.MAX_GENERATION) {
                store.registry.svRefusal(ids[index], HandleLayout.MAX_GENERATION - 1);
            }
            store.registry.ids().reuse(ids[index]);
        }
    }
}
