package io.znsslab.core.tiering;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.registry.Registry;
import io.znsslab.core.store.EpochSlabs;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.worker.Failures;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Images of the next cold slabs of a walk, read by one call of the tier, in the order of their locations. For one
 * thread.
 *
 * <p>An image is known by the word that its slab had before the read. The user of one makes sure that the slab still
 * has that word: else what was read may be another slab's, or an error that means nothing.
 */
final class ImageWindow {
    private static final int ENTRY_BITS = 10;

    private final SlabStore store;
    private final Registry registry;
    private final GuardedTier tier;
    private final ColdSlots slots;
    private final ScratchRooms scratch;
    /** What the images are in; null between two calls of the walk. */
    private @Nullable ScratchSlab room;

    /** The slabs that were read: by what they are in the walk's list, ascending. */
    private int[] indexes = {};

    private long[] words = {};
    /** Where in the buffer each one's image is. */
    private int[] places = {};

    /** By place: why the image could not be read. */
    private @Nullable Throwable[] failures = {};

    private int count;

    ImageWindow(SlabStore store, GuardedTier tier, ColdSlots slots, ScratchRooms scratch) {
        this.store = store;
        this.registry = store.registry;
        this.tier = tier;
        this.slots = slots;
        this.scratch = scratch;
    }

    /** Forgets what was read, and gives up the memory for it: no image is used any more. */
    void end() {
        forget();
        if (room != null) {
            scratch.putWindow(room);
            room = null;
        }
    }

    private void forget() {
        count = 0;
        Arrays.fill(failures, null);
    }

    /**
     * The image of the slab at that index of the list, which had that word a moment ago. Where it was not read ahead,
     * it is read now, and with it the slabs that follow, until they have so many objects.
     *
     * @return null if the slab has another word by now
     * @throws io.znsslab.core.ZnsSlabException if the image can't be read
     */
    @Nullable
    MemorySegment read(long[] slabs, int index, long word, int objects) {
        int entry = Arrays.binarySearch(indexes, 0, count, index);
        if (entry < 0 || words[entry] != word) {
            fill(slabs, index, objects);
            entry = Arrays.binarySearch(indexes, 0, count, index);
        }
        if (entry < 0 || words[entry] != word) {
            return null;
        }
        Throwable failure = failures[places[entry]];
        if (failure != null) {
            boolean isStill = slots.isWordOf(EpochSlabs.slabId(slabs[index]), word);
            words[entry] = Registry.NO_SLAB;
            if (isStill) {
                throw Failures.asRuntimeException(failure);
            }
            return null;
        }
        int slabBytes = store.geometry.slabBytes();
        return requireNonNull(room).image().asSlice((long) places[entry] * slabBytes, slabBytes);
    }

    /** The payload of the object of that handle in its slab's image. */
    MemorySegment payload(MemorySegment image, long handle, long word) {
        return slots.payload(image, handle, word);
    }

    private void fill(long[] slabs, int from, int objects) {
        forget();
        if (room == null) {
            room = scratch.takeWindow();
        }
        int most = (int) Math.min(room.image().byteSize() / store.geometry.slabBytes(), slabs.length - from);
        if (indexes.length < most) {
            indexes = new int[most];
            words = new long[most];
            places = new int[most];
        }
        long expected = 0;
        for (int index = from; index < slabs.length && count < most && expected < objects; index++) {
            long id = EpochSlabs.slabId(slabs[index]);
            long word = registry.laWord(id);
            if (Registry.state(word) == Registry.COLD) {
                indexes[count] = index;
                words[count++] = word;
                expected += liveObjects(id, EpochSlabs.sizeClass(slabs[index]));
            }
        }
        if (count > 0) {
            readAll(slabs);
        }
    }

    /** As many as the registry says, without a lock: a hint how much to read. */
    private int liveObjects(long id, int sizeClass) {
        int live = 0;
        for (int bitmapWord = 0; bitmapWord < store.geometry.bitmapWords(sizeClass); bitmapWord++) {
            live += Long.bitCount(registry.laColdBits(id, bitmapWord));
        }
        return live;
    }

    private void readAll(long[] slabs) {
        long[] byLocation = new long[count];
        for (int entry = 0; entry < count; entry++) {
            byLocation[entry] = Registry.location(words[entry]) << ENTRY_BITS | entry;
        }
        Arrays.sort(byLocation);
        long[] ids = new long[count];
        int[] classes = new int[count];
        long[] locations = new long[count];
        for (int place = 0; place < count; place++) {
            int entry = (int) byLocation[place] & ((1 << ENTRY_BITS) - 1);
            places[entry] = place;
            ids[place] = EpochSlabs.slabId(slabs[indexes[entry]]);
            classes[place] = Registry.sizeClass(words[entry]);
            locations[place] = Registry.location(words[entry]);
        }
        failures = new @Nullable Throwable[count];
        long bytes = (long) count * store.geometry.slabBytes();
        tier.readAll(ids, classes, locations, requireNonNull(room).image().asSlice(0, bytes), failures);
    }
}
