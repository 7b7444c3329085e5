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
 *  63    32 31 30        16 15                  0
 * |  slots |  | all slots  | bytes of payload − 8 |
 *
 * of a packed slab: 0 slots, bit 31 set, and a granule for the slot: its number of granules, its bytes
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
    private static final int ALL_SLOTS_SHIFT = 16;
    private static final int ALL_SLOTS_MASK = 0x7fff;

    private final long base;

    /** Makes a table of the arena's size classes beside its slabs. */
    public SizeClassTable(SlabArena arena) {
        SlabGeometry geometry = arena.geometry();
        long address = arena.reserveTable((long) Registry.KINDS << 3).address();
        this.base = NativeWords.base(address);
        NativeWords.set(
                address + (Registry.kind(Registry.word(0, Registry.RESIDENT, geometry.packedClass(), 0)) << 3),
                PACKED
                        | (long) geometry.slots(geometry.packedClass()) << ALL_SLOTS_SHIFT
                        | unit(geometry.slotBytes(geometry.packedClass())));
        for (int sizeClass = 0; sizeClass < geometry.sizeClasses(); sizeClass++) {
            long word = Registry.word(0, Registry.RESIDENT, sizeClass, 0);
            NativeWords.set(
                    address + (Registry.kind(word) << 3),
                    (long) geometry.slots(sizeClass) << Integer.SIZE
                            | (long) geometry.slots(sizeClass) << ALL_SLOTS_SHIFT
                            | unit(geometry.slotBytes(sizeClass)));
        }
    }

    private static long unit(int slotBytes) {
        return (long) slotBytes - SlabGeometry.SLOT_HEADER_BYTES - SMALLEST_PAYLOAD;
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

    /** Slots, or granules of a packed slab, that handles may name: 0 if the slab is not resident. */
    public static int slotsOfAnyKind(long facts) {
        return (int) (facts >>> ALL_SLOTS_SHIFT) & ALL_SLOTS_MASK;
    }

    /** Whether the slab is resident and packed: then it has no slots here, so that its handles take another way. */
    public static boolean isPacked(long facts) {
        return (facts & PACKED) != 0;
    }

    /** Bytes of payload. */
    public static long payloadBytes(long facts) {
        return (facts & 0xffff) + SMALLEST_PAYLOAD;
    }

    /** Bytes of a slot, header included; of a granule in a packed slab. */
    public static long slotBytes(long facts) {
        return payloadBytes(facts) + SlabGeometry.SLOT_HEADER_BYTES;
    }
}
