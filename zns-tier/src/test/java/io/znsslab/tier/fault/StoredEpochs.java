package io.znsslab.tier.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.znsslab.core.Disposition;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.ZnsSlabException;
import io.znsslab.tier.ZnsTier;
import io.znsslab.tier.model.StoredObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** Epochs of objects of one size in a store, with a record of them outside the store. Used by one thread. */
final class StoredEpochs {
    /** Four of them make a slab of 4 KiB. */
    static final int PAYLOAD_BYTES = 1000;

    static final int OBJECTS_OF_A_SLAB = 4;

    private final Map<Long, List<StoredObject>> epochs = new LinkedHashMap<>();

    static SlabAllocator open(ZnsTier tier) {
        return SlabAllocator.builder()
                .limitBytes(64L << 20)
                .sizeClasses(PAYLOAD_BYTES + Long.BYTES)
                .epochCount(256)
                .coldTier(tier)
                .build();
    }

    /** Fills the current epoch and begins another. Returns the number of the filled one. */
    long fill(SlabAllocator store, int slabs) {
        long epoch = store.currentEpoch();
        List<StoredObject> objects = new ArrayList<>();
        for (int i = 0; i < slabs * OBJECTS_OF_A_SLAB; i++) {
            long handle = store.allocate(PAYLOAD_BYTES, epoch);
            assertThat(Handle.isHandle(handle)).isTrue();
            StoredObject object = new StoredObject(handle, PAYLOAD_BYTES);
            object.write(store.resolve(handle));
            objects.add(object);
        }
        store.advanceEpoch();
        epochs.put(epoch, objects);
        return epoch;
    }

    /** Fills an epoch in the same way, and demotes it. */
    long fillAndDemote(SlabAllocator store, int slabs) {
        long epoch = fill(store, slabs);
        demote(store, epoch);
        return epoch;
    }

    static void demote(SlabAllocator store, long epoch) {
        try {
            store.closeEpoch(epoch, Disposition.DEMOTE).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ZnsSlabException cause ? cause : e;
        }
    }

    /** Frees every other object's slab of an epoch, so that its zones are half dead. */
    void freeEveryOtherSlab(SlabAllocator store, long epoch) {
        List<StoredObject> kept = new ArrayList<>();
        List<StoredObject> objects = epochs.get(epoch);
        for (int i = 0; i < objects.size(); i++) {
            if (i / OBJECTS_OF_A_SLAB % 2 == 0) {
                kept.add(objects.get(i));
            } else {
                assertThat(store.free(objects.get(i).handle)).isTrue();
            }
        }
        epochs.put(epoch, kept);
    }

    void discard(SlabAllocator store, long epoch) {
        store.closeEpoch(epoch, Disposition.DISCARD).join();
        epochs.remove(epoch);
    }

    List<StoredObject> objects(long epoch) {
        return epochs.get(epoch);
    }

    int objects() {
        return epochs.values().stream().mapToInt(List::size).sum();
    }

    /**
     * Reads all objects and returns the number that can't be read, each of which must be an error. Wrong bytes, and
     * objects that the store does not know, fail the test.
     */
    int unreadable(SlabAllocator store) {
        return epochs.keySet().stream()
                .mapToInt(epoch -> unreadable(store, epoch))
                .sum();
    }

    /** Reads the objects of one epoch. */
    int unreadable(SlabAllocator store, long epoch) {
        int unreadable = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(store.largestPayloadBytes());
            for (StoredObject object : epochs.get(epoch)) {
                int bytes;
                try {
                    bytes = store.read(object.handle, copy);
                } catch (ZnsSlabException e) {
                    unreadable++;
                    continue;
                }
                assertThat(bytes)
                        .as("bytes of object 0x%x of epoch %d", object.handle, epoch)
                        .isGreaterThanOrEqualTo(PAYLOAD_BYTES);
                object.requireIn(copy);
            }
        }
        return unreadable;
    }

    /** Counts the objects of an epoch that the store does not know; all others must be right. */
    int stale(SlabAllocator store, long epoch) {
        int stale = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(store.largestPayloadBytes());
            for (StoredObject object : epochs.get(epoch)) {
                if (store.read(object.handle, copy) < 0) {
                    stale++;
                } else {
                    object.requireIn(copy);
                }
            }
        }
        return stale;
    }
}
