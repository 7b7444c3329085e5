package io.znsslab.core.tiering;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.MemoryBesideSlabs.Use;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.AgentRunner;

/**
 * Room for the images of cold slabs while they are looked at: for one slab, and for the many that a walk reads at a
 * time. Room is used again; under a memory limit what is beyond the part that is set apart for it is freed after use.
 * Thread-safe.
 */
final class ScratchRooms implements AutoCloseable {
    private final SlabStore store;
    private final MemoryBesideSlabs memory;
    private final Pool<ScratchSlab> slabs;
    private final Pool<ScratchSlab> windows;

    ScratchRooms(SlabStore store) {
        this.store = store;
        this.memory = store.arena.besideSlabs();
        this.slabs = pool(store.geometry.slabBytes(), Use.SCRATCH);
        this.windows = pool(store.windowBytes, Use.WINDOWS);
    }

    private Pool<ScratchSlab> pool(long bytes, Use use) {
        return new Pool<>(
                () -> ScratchSlab.ofBytes(bytes, memory, use), ScratchSlab::free, () -> memory.isBeyondItsRoom(use));
    }

    /**
     * Room for one image, for a caller in no section.
     *
     * @throws ZnsSlabException if the memory limit leaves none
     */
    ScratchSlab take() {
        ScratchSlab room = slabs.take();
        if (room == null && !AgentRunner.isOnAgentThread()) {
            // The trim waits for sections, which a thread of the tier must not.
            var _ = store.reclaim.trim(Thread.currentThread());
            room = slabs.take();
        }
        if (room == null) {
            throw noMemory();
        }
        return room;
    }

    /** That there is no room for the image of one slab. */
    ZnsSlabException noMemory() {
        return new ZnsSlabException(
                ("no memory to read a cold slab: live objects, segments and reads under way fill the"
                                + " memory limit, and %d bytes of it are used for reads; free objects, close"
                                + " epochs, read fewer objects at a time or raise memoryLimit")
                        .formatted(memory.bytes(Use.SCRATCH) + memory.bytes(Use.WINDOWS)));
    }

    void put(ScratchSlab room) {
        slabs.put(room);
    }

    /** Room for many images, or at least for one; for a caller in no section, and as {@link #take}. */
    ScratchSlab takeWindow() {
        ScratchSlab room = windows.take();
        return room == null ? take() : room;
    }

    void putWindow(ScratchSlab room) {
        (room.use() == Use.WINDOWS ? windows : slabs).put(room);
    }

    /** Frees what is not in use; the rest is freed when it is put back. */
    @Override
    public void close() {
        slabs.close();
        windows.close();
    }
}
