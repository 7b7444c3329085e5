package io.znsslab.core.model;

import static io.znsslab.core.model.Oracle.require;

import io.znsslab.core.SlabAllocator;
import io.znsslab.core.walk.EpochWalk;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A worker's walks over epochs, while other workers free, close, demote and discard. */
final class Walks {
    private final Oracle oracle;
    private final SlabAllocator allocator;
    private final SplittableRandom random;

    Walks(Oracle oracle, SplittableRandom random) {
        this.oracle = oracle;
        this.allocator = oracle.allocator;
        this.random = random;
    }

    /**
     * Walks over an epoch.
     *
     * @param own objects that no other thread frees
     * @param stale some that were freed or discarded, or are about to be
     */
    void walk(ModelEpoch epoch, List<ModelObject> own, ModelObject[] stale) {
        Set<Long> staleBefore = new HashSet<>();
        for (ModelObject object : stale) {
            if (object != null && object.mustBeStale()) {
                staleBefore.add(object.handle);
            }
        }
        Set<Long> shown = new HashSet<>();
        EpochWalk walk = allocator.walk(epoch.number);
        int most;
        int count;
        do {
            most = 1 + random.nextInt(80);
            count = walk.next(most, (handle, payload) -> {
                require(!staleBefore.contains(handle), "a walk shows nothing stale", handle);
                require(shown.add(handle), "a walk shows an object once", handle);
                check(epoch, handle, payload);
            });
            require(count <= most, "a walk shows no more than was asked for", count);
            if (random.nextInt(3) == 0) {
                walk = allocator.walk(walk.cursor());
            }
        } while (count == most);
        for (ModelObject object : own) {
            if (object.epoch == epoch && !shown.contains(object.handle)) {
                require(epoch.discardBegan, "a walk shows each object that lives throughout", object);
            }
        }
    }

    private void check(ModelEpoch epoch, long handle, MemorySegment payload) {
        ModelObject object = oracle.find(handle);
        if (object == null) {
            // The thread that has allocated it may not have said so yet.
            oracle.suspects.add(handle);
            return;
        }
        boolean written = object.written;
        require(object.epoch == epoch, "a walk shows objects of its epoch", object);
        require(payload.byteSize() >= object.payloadBytes, "a walk shows the whole payload", object);
        if (written) {
            Oracle.requireBytes(object, payload);
        }
    }
}
