package io.znsslab.core.tiering;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.SlabStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A handle to a cold object, looked up twice: in the registry, which knows the slab's live slots, and in the slab's
 * image, which holds the slot's header and payload. Thread-safe.
 */
final class ColdSlots {
    private final SlabStore store;
    private final HandleLayout layout;
    private final Registry registry;

    ColdSlots(SlabStore store) {
        this.store = store;
        this.layout = store.layout;
        this.registry = store.registry;
    }

    /**
     * Whether the handle's slot is live, as far as the registry knows: {@link Lookup#FOUND}, {@link Lookup#STALE} or
     * {@link Lookup#MOVED}. Where the slab's live handles have several generations, the image decides whether the slot
     * holds the object of this one.
     */
    int isLive(long handle, long word) {
        if (!store.admits(word, handle)) {
            return Lookup.STALE;
        }
        long id = layout.slabId(handle);
        int slot = layout.slot(handle);
        Thread thread = Thread.currentThread();
        int section = store.readers.enter(thread);
        try {
            if (registry.laWord(id) != word) {
                return Lookup.MOVED;
            }
            boolean live = (registry.laColdBits(id, slot >>> 6) & 1L << slot) != 0;
            boolean sureOfGeneration =
                    !registry.lpColdHasOneGeneration(id) || layout.generation(handle) == Registry.baseGeneration(word);
            return Lookup.found(live && sureOfGeneration);
        } finally {
            store.readers.exit(thread, section);
        }
    }

    /**
     * Whether the slab still has that word. Outside of a section, so an allocator that is closed by now is refused: the
     * words may be the next allocator's.
     */
    boolean isWordOf(long id, long word) {
        boolean same = registry.laWord(id) == word;
        store.readers.checkOpen();
        return same;
    }

    /** Whether the handle's slot in the slab's image holds its object. */
    boolean isIn(MemorySegment image, long handle, long word) {
        if (isPacked(word)) {
            return store.packed.payloadIn(image, handle) != null;
        }
        return image.get(ValueLayout.JAVA_LONG, slotOffset(handle, word)) == handle;
    }

    /** The payload in the handle's slot. */
    MemorySegment payload(MemorySegment image, long handle, long word) {
        if (isPacked(word)) {
            return requireNonNull(store.packed.payloadIn(image, handle));
        }
        return image.asSlice(
                slotOffset(handle, word) + Long.BYTES, store.geometry.payloadBytes(Registry.sizeClass(word)));
    }

    /** Copies the payload: the number of bytes, or {@link Lookup#STALE} if the slot holds another object. */
    int copyPayload(MemorySegment image, long handle, long word, MemorySegment destination) {
        if (!isIn(image, handle, word)) {
            return Lookup.STALE;
        }
        if (isPacked(word)) {
            MemorySegment payload = requireNonNull(store.packed.payloadIn(image, handle));
            long bytes = Math.min(destination.byteSize(), payload.byteSize());
            MemorySegment.copy(payload, 0, destination, 0, bytes);
            return (int) bytes;
        }
        long bytes = Math.min(destination.byteSize(), store.geometry.payloadBytes(Registry.sizeClass(word)));
        MemorySegment.copy(image, slotOffset(handle, word) + Long.BYTES, destination, 0, bytes);
        return (int) bytes;
    }

    private boolean isPacked(long word) {
        return Registry.sizeClass(word) == store.geometry.packedClass();
    }

    private long slotOffset(long handle, long word) {
        return store.geometry.slotOffset(Registry.sizeClass(word), layout.slot(handle));
    }
}
