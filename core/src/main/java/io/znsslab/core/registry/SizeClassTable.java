package io.znsslab.core.registry;

import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;

/**
 * State and class of a registry word → number and bytes of the slots that a handle may name: none unless the slab is
 * resident. So one load and one comparison refuse handles to slabs of every other state, and slot numbers that the
 * class does not have.
 *
 * <pre>
 *  63    32 31   16 15                  0
 * |  slots |       | bytes of payload − 8 |
 *
 * of a packed slab: no slots, and bit 31 set
 * </pre>
 *
 * <p>A payload has 8 bytes at least. The table holds what it has beyond these, so that the compiler knows the smallest
 * length and leaves out the check of bounds for the first 8.
 *
 * <p>Immutable.
 */
public final class SizeClassTable {
    private static final int SMALLEST_PAYLOAD = 8;
    private static final long PACKED = 1L << 31;

    private final long base;

    /** Makes a table of the arena's size classes beside its slabs. */
    public SizeClassTable(SlabArena arena) {
        SlabGeometry geometry = arena.geometry();
        long address = arena.reserveTable((long) Registry.KINDS << 3).address();
        this.base = NativeWords.base(address);
        NativeWords.set(
                address + (Registry.kind(Registry.word(0, Registry.RESIDENT, geometry.packedClass(), 0)) << 3), PACKED);
        for (int sizeClass = 0; sizeClass < geometry.sizeClasses(); sizeClass++) {
            long word = Registry.word(0, Registry.RESIDENT, sizeClass, 0);
            NativeWords.set(
                    address + (Registry.kind(word) << 3),
                    (long) geometry.slots(sizeClass) << 32 | (geometry.payloadBytes(sizeClass) - SMALLEST_PAYLOAD));
        }
    }

    /** The address of the table, for {@link #of}: for callers that keep it at hand instead of this object. */
    public long base() {
        return base;
    }

    /** The table's word for the slab of a registry word, given the {@link #base}. */
    public static long of(long base, long word) {
        return NativeWords.getAt(base, Registry.kind(word) << 3);
    }

    /** Slots of the slab that handles may name: 0 if it is not resident. */
    public static long slots(long facts) {
        return facts >>> 32;
    }

    /** Whether the slab is resident and packed: then it has no slots here, so that its handles take another way. */
    public static boolean isPacked(long facts) {
        return (facts & PACKED) != 0;
    }

    /** Bytes of payload. */
    public static long payloadBytes(long facts) {
        return (facts & 0xffff) + SMALLEST_PAYLOAD;
    }

    /** Bytes of a slot, header included. */
    public static long slotBytes(long facts) {
        return payloadBytes(facts) + SlabGeometry.SLOT_HEADER_BYTES;
    }
}
