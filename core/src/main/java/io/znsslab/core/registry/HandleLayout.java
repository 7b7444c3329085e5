package io.znsslab.core.registry;

/**
 * The bits of a handle. Only this class does arithmetic on them.
 *
 * <pre>
 *   compact   63        42 41         18 17   10 9      2 1 0
 *            | slab id 22 | generation 24 | slot 8 | class 8 | 01 |      4 M slabs
 *
 *   wide      63                34 33         10 9     2 1 0
 *            |     slab id 30     | generation 24 | slot 8 | 10 |        1 G slabs
 * </pre>
 *
 * The two version bits at the bottom are never 00 in a handle; a slot's header with 00 there is free. Immutable.
 */
public final class HandleLayout {
    /** Bits of a generation. */
    public static final int GENERATION_BITS = 24;

    /** The last generation: a slab that has come here issues no more handles under its id. */
    public static final int MAX_GENERATION = (1 << GENERATION_BITS) - 1;

    /** The layout with the class in the handle. */
    public static final HandleLayout COMPACT = new HandleLayout(1, 10, true, 22);

    /** The layout with eight more bits of slab id in its place. */
    public static final HandleLayout WIDE = new HandleLayout(2, 2, false, 30);

    private static final long VERSION_MASK = 3;
    private static final int CLASS_SHIFT = 2;
    private static final int CLASS_MASK = 0xff;
    private static final int SLOT_BITS = 8;

    private final int version;
    private final int slotShift;
    private final int generationShift;
    private final int idShift;
    private final boolean carriesClass;
    private final long ids;
    private final long fitMask;

    private HandleLayout(int version, int slotShift, boolean carriesClass, int idBits) {
        this.version = version;
        this.slotShift = slotShift;
        this.generationShift = slotShift + SLOT_BITS;
        this.idShift = generationShift + GENERATION_BITS;
        this.carriesClass = carriesClass;
        this.ids = 1L << idBits;
        this.fitMask = carriesClass ? CLASS_MASK << CLASS_SHIFT | VERSION_MASK : VERSION_MASK;
    }

    /** Slab ids are below this. */
    public long ids() {
        return ids;
    }

    /** The version bits of this layout: 1 or 2. */
    public int version() {
        return version;
    }

    /** The handle of slot 0; {@link #slotBits} of another slot are added to it. */
    public long handle(long slabId, int generation, int sizeClass) {
        return slabId << idShift
                | (long) generation << generationShift
                | (carriesClass ? (long) sizeClass << CLASS_SHIFT : 0)
                | version;
    }

    /** A slot's number at its place in a handle. */
    public long slotBits(int slot) {
        return (long) slot << slotShift;
    }

    /** The slab id in a handle. */
    public long slabId(long handle) {
        return handle >>> idShift;
    }

    /** The generation in a handle. */
    public int generation(long handle) {
        return (int) (handle >>> generationShift) & MAX_GENERATION;
    }

    /** The slot in a handle. */
    public int slot(long handle) {
        return (int) (handle >>> slotShift) & ((1 << SLOT_BITS) - 1);
    }

    /** Whether the version bits, and the class where the layout has it, are those of a handle to a slab of that class. */
    public boolean fits(long handle, int sizeClass) {
        return (handle & fitMask) == (((long) sizeClass << CLASS_SHIFT & fitMask) | version);
    }

    /** The class in a compact handle; -1 in a wide one, whose class the registry knows. */
    public int sizeClass(long handle) {
        return carriesClass ? (int) (handle >>> CLASS_SHIFT) & CLASS_MASK : -1;
    }

    /** What a slot's header becomes when the object of that handle is freed: the same bits with version 00. */
    public static long freeTag(long handle) {
        return handle & ~VERSION_MASK;
    }

    /** Whether a slot's header is a handle, of whichever version. */
    public static boolean isLive(long header) {
        return (header & VERSION_MASK) != 0;
    }
}
