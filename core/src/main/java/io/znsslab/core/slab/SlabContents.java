package io.znsslab.core.slab;

import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;

/**
 * A sum over the payloads of all slots of a slab: if it is the same later, no payload was written meanwhile.
 *
 * <p>Headers are left out, so that frees don't count as changes. Each step is a bijection of the sum, for every word: a
 * change of one word always changes the result; changes of several cancel each other out once in 2<sup>64</sup>. (The
 * step is that of xxHash64's tail: exclusive or, rotate, multiply by an odd number.) Thread-safe.
 */
public final class SlabContents {
    private static final long MULTIPLIER = 0x9E3779B185EBCA87L;
    private static final int ROTATION = 27;

    private final SlabGeometry geometry;
    private final SlabArena arena;
    private final PackedObjects packed;

    /** Sums slabs in the arena of these objects. */
    public SlabContents(PackedObjects packed) {
        this.packed = packed;
        this.arena = packed.arena();
        this.geometry = arena.geometry();
    }

    /** A sum under way. */
    static final class Sum {
        private long value;

        void add(long word) {
            value = Long.rotateLeft(value ^ word, ROTATION) * MULTIPLIER;
        }

        long value() {
            return value;
        }
    }

    /**
     * The sum of the slab in that frame, as it is now; without meaning if a thread writes to it meanwhile.
     *
     * @param slabId its id: of a slab that has just been read into the frame, the frame's metadata does not name it yet
     */
    public long sum(int frame, long slabId) {
        int sizeClass = arena.classOf(frame);
        Sum sum = new Sum();
        if (sizeClass == geometry.packedClass()) {
            return packed.sum(frame, slabId, sum);
        }
        int slots = geometry.slots(sizeClass);
        int slotBytes = geometry.slotBytes(sizeClass);
        long slot = arena.words().address() + arena.offset(frame) + geometry.slotOffset(sizeClass, 0);
        for (int index = 0; index < slots; index++, slot += slotBytes) {
            for (int at = SlabGeometry.SLOT_HEADER_BYTES; at < slotBytes; at += Long.BYTES) {
                sum.add(NativeWords.get(slot + at));
            }
        }
        return sum.value();
    }
}
