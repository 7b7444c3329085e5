package io.znsslab.core;

import io.znsslab.core.registry.HandleLayout;
import java.util.HexFormat;

/**
 * The parts of a handle, for people and tests; the allocator itself works on the plain {@code long}.
 *
 * @param format the layout of the 64 bits
 * @param slabId id of the slab, in whichever tier
 * @param generation tells apart the objects that the slot held one after the other
 * @param slot place in the slab
 * @param sizeClass class of the slab; -1 in a wide handle, which does not say
 */
public record Handle(HandleFormat format, long slabId, int generation, int slot, int sizeClass) {
    private static final int MOST_CLASSES = 1 << 8;
    private static final int NO_CLASS = -1;

    /**
     * Makes a handle of its parts.
     *
     * @throws IllegalArgumentException naming the part that no handle of the format has
     */
    public Handle {
        HandleLayout layout = Arguments.requireNonNull(format, "format").layout();
        require("slab id", slabId, 0, layout.ids() - 1);
        require("generation", generation, 0, HandleLayout.MAX_GENERATION);
        require("slot", slot, 0, 255);
        if (layout.sizeClass(0) == NO_CLASS) {
            if (sizeClass != NO_CLASS) {
                throw new IllegalArgumentException(
                        "size class %d: must be -1 in a %s handle, which does not say".formatted(sizeClass, format));
            }
        } else {
            require("size class", sizeClass, 0, MOST_CLASSES - 1);
        }
    }

    private static void require(String part, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException("%s %d: must be %d to %d".formatted(part, value, lowest, highest));
        }
    }

    /** Never a handle. */
    public static final long NONE = 0;

    /** Answer of an allocation in an epoch that is not open. */
    public static final long EPOCH_CLOSED = 1 << 2;

    /**
     * Answer of an allocation when live objects fill the memory: each slab of the limit holds one at least, or a reader
     * looks at one that was freed, or the slab is on its way between the tiers. Before that answer, frames without a
     * live object are taken back from wherever they are: empty slabs of all open epochs, and what threads keep for
     * their next allocations. No reserve is kept from an allocation, save that a frame which another thread is about to
     * use this moment counts as used: up to 32 of them for each such thread, and no more than a quarter of the limit
     * for all.
     *
     * <p>An answer costs a look at each thread's slabs in hand, that is threads × open epochs × size classes, but no
     * look at each slab.
     */
    public static final long ARENA_FULL = 2 << 2;

    /** Answer of an allocation when the handle format has no slab id left. */
    public static final long IDS_EXHAUSTED = 3 << 2;

    /** Whether an answer of an allocation is a handle, and not one of the reasons why there is none. */
    public static boolean isHandle(long handle) {
        return HandleLayout.isLive(handle);
    }

    /**
     * Reads the parts of a handle; whether an object of that name exists is another question.
     *
     * @throws IllegalArgumentException if the version bits are those of no format
     */
    public static Handle decode(long handle) {
        for (HandleFormat format : HandleFormat.values()) {
            HandleLayout layout = format.layout();
            if ((handle & 3) == layout.version()) {
                return new Handle(
                        format,
                        layout.slabId(handle),
                        layout.generation(handle),
                        layout.slot(handle),
                        layout.sizeClass(handle));
            }
        }
        throw new IllegalArgumentException(
                "0x" + HexFormat.of().toHexDigits(handle) + " is no handle: its version bits are " + (handle & 3));
    }

    /** The 64 bits again. */
    public long encode() {
        return format.layout().handle(slabId, generation, Math.max(sizeClass, 0))
                + format.layout().slotBits(slot);
    }
}
