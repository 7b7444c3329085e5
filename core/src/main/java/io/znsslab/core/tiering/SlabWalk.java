package io.znsslab.core.tiering;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.registry.HandleLayout;
import io.znsslab.core.registry.Registry;
import io.znsslab.core.slab.StackReserve;
import io.znsslab.core.store.EpochSlabs;
import io.znsslab.core.store.SlabStore;
import io.znsslab.core.walk.EpochWalk;
import io.znsslab.core.walk.ObjectVisitor;
import io.znsslab.core.walk.WalkCursor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A walk over an epoch by the list of its slabs ({@link EpochSlabs}). Each slab has its turn once, wherever it is then;
 * an object never leaves its slab, so it is met once. Within a slab the walk goes from slot to slot, and goes on behind
 * the last one that it has shown if the slab moves to the other tier meanwhile.
 *
 * <p>Objects in DRAM are shown as {@link ObjectReads#show} does: the handles are collected in a reader section, and
 * each is looked up again. Of a cold slab an image is read, outside of any section; before an object is shown from it,
 * a section finds that the slab still has the word by which the image was read, and the object's bit. So an image that
 * was read where another slab lies by now shows nothing.
 */
final class SlabWalk implements EpochWalk {
    private static final int MOST_SLOTS = 256;

    private final SlabStore store;
    private final HandleLayout layout;
    private final Registry registry;
    private final ObjectReads reads;
    /** Null without a cold tier. */
    private final @Nullable ImageWindow images;

    private final long epoch;
    private final long[] slabs;
    private int index;
    private int slot;
    private boolean showing;
    /** Objects that the present call may still show. */
    private int left;

    // about the slab whose turn it is
    private final long[] handles = new long[MOST_SLOTS];
    private final long[] live = new long[4];

    /** @param from the first place to be looked at */
    SlabWalk(SlabStore store, ObjectReads reads, @Nullable ImageWindow images, WalkCursor from) {
        this.store = store;
        this.layout = store.layout;
        this.registry = store.registry;
        this.reads = reads;
        this.images = images;
        this.epoch = from.epoch();
        this.slabs = store.operations.call(() -> EpochSlabs.of(store, epoch));
        int found = Arrays.binarySearch(slabs, EpochSlabs.slabOf(from.position()));
        this.index = found < 0 ? -found - 1 : found;
        this.slot = found < 0 ? 0 : EpochSlabs.slot(from.position());
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public WalkCursor cursor() {
        return new WalkCursor(epoch, index < slabs.length ? slabs[index] + slot : Long.MAX_VALUE);
    }

    @Override
    public int next(int most, ObjectVisitor visitor) {
        StackReserve.forLongPath();
        Objects.requireNonNull(visitor, "visitor must not be null");
        if (most < 1) {
            throw new IllegalArgumentException("a batch of %d objects: must be 1 or more".formatted(most));
        }
        store.readers.checkOpen();
        if (showing) {
            throw new IllegalStateException(
                    "the walk over epoch %d can't go on within its own visitor".formatted(epoch));
        }
        showing = true;
        left = most;
        try {
            while (left > 0 && index < slabs.length) {
                if (showSlab(visitor)) {
                    passSlab();
                }
            }
            return most - left;
        } finally {
            showing = false;
            if (images != null) {
                // What is shown is of this call: a slab may come back to a location with other bytes.
                images.end();
            }
        }
    }

    private void passSlab() {
        index++;
        slot = 0;
    }

    /** Shows what the slab still has to show; false if the call has shown enough before the slab's end. */
    private boolean showSlab(ObjectVisitor visitor) {
        long id = EpochSlabs.slabId(slabs[index]);
        while (true) {
            Thread thread = Thread.currentThread();
            int section = store.readers.enter(thread);
            long word;
            int count = 0;
            try {
                word = registry.laWord(id);
                if (isOfEpoch(id, word)) {
                    count = Registry.state(word) == Registry.RESIDENT ? collect(id, word) : collectCold(id);
                }
            } finally {
                store.readers.exit(thread, section);
            }
            switch (Registry.state(word)) {
                case Registry.MOVING -> registry.awaitSettled(id);
                case Registry.RESIDENT -> {
                    return showResident(count, visitor);
                }
                case Registry.COLD -> {
                    int outcome = count == 0 ? Lookup.FOUND : showCold(id, word, visitor);
                    if (outcome != Lookup.MOVED) {
                        return outcome == Lookup.FOUND;
                    }
                }
                default -> {
                    return true;
                }
            }
        }
    }

    /** Whether the slab of that word is the one that was listed: its id may have another by now. In a section. */
    private boolean isOfEpoch(long id, long word) {
        if (Registry.sizeClass(word) != EpochSlabs.sizeClass(slabs[index])) {
            return false;
        }
        return switch (Registry.state(word)) {
            case Registry.RESIDENT -> store.table.lopEpoch((int) Registry.location(word)) == epoch;
            case Registry.COLD ->
                store.closedEpochs.byIndex(registry.lpColdEpochIndex(id)).number() == epoch;
            default -> false;
        };
    }

    /** Collects the handles of a slab's live objects from the present slot on. Within a section. */
    private int collect(long id, long word) {
        int frame = (int) Registry.location(word);
        int base = Registry.baseGeneration(word);
        int sizeClass = Registry.sizeClass(word);
        var _ = store.sealed.liveSlots(frame, id, base, layout, live);
        int count = 0;
        for (int at = nextLive(slot, sizeClass); at >= 0; at = nextLive(at + 1, sizeClass)) {
            long header = sizeClass == store.geometry.packedClass()
                    ? layout.handle(id, base, sizeClass) + layout.slotBits(at)
                    : store.arena.words().la(store.arena.offset(frame) + store.geometry.slotOffset(sizeClass, at));
            if (HandleLayout.isLive(header)) {
                handles[count++] = header;
            }
        }
        return count;
    }

    /** Notes which slots of a cold slab are live; 0 if none is from the present one on. Within a section. */
    private int collectCold(long id) {
        int sizeClass = EpochSlabs.sizeClass(slabs[index]);
        int words = store.geometry.bitmapWords(sizeClass);
        for (int bitmapWord = 0; bitmapWord < live.length; bitmapWord++) {
            live[bitmapWord] = bitmapWord < words ? registry.laColdBits(id, bitmapWord) : 0;
        }
        return nextLive(slot, sizeClass) < 0 ? 0 : 1;
    }

    /** The first live slot from that one on; negative if there is none. */
    private int nextLive(int from, int sizeClass) {
        for (int at = from; at < store.geometry.slots(sizeClass); at++) {
            if ((live[at >>> 6] & 1L << at) != 0) {
                return at;
            }
        }
        return -1;
    }

    private boolean showResident(int count, ObjectVisitor visitor) {
        for (int next = 0; next < count; next++) {
            if (left == 0) {
                return false;
            }
            long handle = handles[next];
            slot = layout.slot(handle) + 1;
            if (reads.show(handle, payload -> visitor.object(handle, payload))) {
                left--;
            }
        }
        return true;
    }

    /**
     * Shows objects of a cold slab: {@link Lookup#FOUND} at its end, {@link Lookup#MOVED} if it has another word by
     * now, {@link Lookup#PENDING} if the call has shown enough.
     */
    private int showCold(long id, long word, ObjectVisitor visitor) {
        MemorySegment image;
        try {
            image = requireNonNull(images).read(slabs, index, word, left);
        } catch (Throwable e) {
            passSlab();
            throw e;
        }
        if (image == null) {
            return Lookup.MOVED;
        }
        int sizeClass = Registry.sizeClass(word);
        for (int at = nextLive(slot, sizeClass); at >= 0; at = nextLive(at + 1, sizeClass)) {
            if (left == 0) {
                return Lookup.PENDING;
            }
            int found = look(id, word, at);
            if (found == Lookup.MOVED) {
                return found;
            }
            slot = at + 1;
            long handle = image.get(ValueLayout.JAVA_LONG, store.geometry.slotOffset(sizeClass, at));
            if (found == Lookup.FOUND && isNamedBy(handle, id, word, at)) {
                MemorySegment payload = images.payload(image, handle, word);
                left--;
                reads.showCopy(payload, shown -> visitor.object(handle, shown));
            }
        }
        return Lookup.FOUND;
    }

    /** Whether the slot is live still, in the slab of that cold word. */
    private int look(long id, long word, int at) {
        Thread thread = Thread.currentThread();
        int section = store.readers.enter(thread);
        try {
            return registry.laWord(id) == word
                    ? Lookup.found((registry.laColdBits(id, at >>> 6) & 1L << at) != 0)
                    : Lookup.MOVED;
        } finally {
            store.readers.exit(thread, section);
        }
    }

    private boolean isNamedBy(long handle, long id, long word, int at) {
        return HandleLayout.isLive(handle)
                && layout.slabId(handle) == id
                && layout.slot(handle) == at
                && store.admits(word, handle);
    }
}
