package io.znsslab.core.slab;

import io.znsslab.bindings.LastingRange;
import io.znsslab.bindings.words.NativeWords;
import io.znsslab.core.arena.MemoryBesideSlabs;
import io.znsslab.core.arena.SlabArena;
import io.znsslab.core.arena.SlabGeometry;
import io.znsslab.core.registry.HandleLayout;

/**
 * What an allocation reads and writes of a {@link Bin}: one cache line of native memory each, at an address that
 * follows from stripe, epoch and class without a load.
 *
 * <pre>
 *   0  claimable   slots that may be handed out, one bit each
 *   8  handles     the handle of the slot that bit 0 stands for, in the current generation
 *  16  slots       address of the slot that bit 0 stands for
 *  24  slot bytes  bytes of a slot
 *
 * of a bin of packed slabs:
 *
 *   0  claimable   granules that are left, at the end of the slab
 *   8  handles     the handle of the slot past the last one
 *  16  slots       the address past the last granule
 * </pre>
 *
 * <p>A line belongs to the holder of its bin, and is accessed by plain loads and stores, but when a visitor suspends
 * it. A line that was never filled reads as zeroes: nothing to claim.
 */
public final class ClaimLines {
    private static final int LINE_SHIFT = 6;
    // a stripe's lines are whole pages, so that stripes share none
    private static final long LINES_PER_PAGE = 64;
    private static final int CLAIMABLE = 0;
    private static final int HANDLES = 8;
    private static final int SLOTS = 16;
    private static final int SLOT_BYTES = 24;

    private final LastingRange lines;
    private final MemoryBesideSlabs memory;
    private final long address;
    private final long linesPerStripe;

    /** Reserves lines for so many stripes; none is usable before {@link #open}. */
    public ClaimLines(SlabArena arena, int stripes, int linesPerStripe) {
        long stripeBytes = stripeBytes(linesPerStripe);
        this.linesPerStripe = stripeBytes >>> LINE_SHIFT;
        this.memory = arena.besideSlabs();
        this.lines = arena.reserveSparseTable(stripes * stripeBytes, stripeBytes);
        this.address = lines.address();
    }

    /** What so many lines of a stripe take, in bytes: whole pages. */
    public static long stripeBytes(int linesPerStripe) {
        return ((linesPerStripe + LINES_PER_PAGE - 1) & -LINES_PER_PAGE) << LINE_SHIFT;
    }

    /** Where a stripe's lines begin. */
    long ofStripe(int stripe) {
        return address + ((stripe * linesPerStripe) << LINE_SHIFT);
    }

    /** Whether {@link #takeMemory} may be true: a hint, without a lock. */
    boolean mayTakeMemory() {
        return memory.mayTake(linesPerStripe << LINE_SHIFT);
    }

    /** Whether a memory limit leaves room for the lines of one stripe more, which it then has. */
    boolean takeMemory() {
        return memory.take(MemoryBesideSlabs.Use.TABLES, linesPerStripe << LINE_SHIFT);
    }

    /** The same beyond the limit, if it must be. */
    void takeMemoryAnyway() {
        memory.takeAnyway(MemoryBesideSlabs.Use.TABLES, linesPerStripe << LINE_SHIFT);
    }

    /** Makes a stripe's lines usable, for which memory was taken. */
    void open(int stripe) {
        long stripeBytes = linesPerStripe << LINE_SHIFT;
        lines.map(stripe * stripeBytes, stripeBytes);
    }

    /** The line of a bin, given where its stripe's lines begin. */
    static long line(long ofStripe, int binIndex) {
        return ofStripe + ((long) binIndex << LINE_SHIFT);
    }

    /**
     * Hands out a slot and makes its header the object's handle, by a release store. By the holder of the bin, within
     * an owner section.
     *
     * @return the handle, or 0 if nothing is claimable
     */
    public static long claim(long line, HandleLayout layout) {
        long bits = NativeWords.get(line, CLAIMABLE);
        if (bits == 0) {
            return 0;
        }
        NativeWords.set(line, CLAIMABLE, bits & (bits - 1));
        int slot = Long.numberOfTrailingZeros(bits);
        long handle = NativeWords.get(line, HANDLES) + layout.slotBits(slot);
        NativeWords.setRelease(NativeWords.get(line, SLOTS) + slot * NativeWords.get(line, SLOT_BYTES), handle);
        return handle;
    }

    /**
     * Hands out the next granules of a packed slab to an object, whose header becomes its handle by a release store. By
     * the holder of the bin, within an owner section.
     *
     * @param granules that the object takes, if the alignment is the usual one
     * @param alignment of the payload
     * @return the handle, or 0 if not enough granules are left
     */
    public static long claimPacked(long line, PackedObjects packed, int granules, int payloadBytes, int alignment) {
        long left = NativeWords.get(line, CLAIMABLE);
        long object = NativeWords.get(line, SLOTS) - (left << packed.granuleShift());
        int payloadOffset = SlabGeometry.PACKED_HEADER_BYTES;
        int needed = granules;
        if (alignment > payloadOffset) {
            payloadOffset = (int) (((object + payloadOffset + alignment - 1) & -alignment) - object);
            needed = packed.granules(payloadOffset, payloadBytes);
        }
        if (needed > left) {
            return 0;
        }
        long handle = packed.handle(NativeWords.get(line, HANDLES), (int) left);
        NativeWords.set(
                object + SlabGeometry.SLOT_HEADER_BYTES,
                packed.note(handle, PackedObjects.place(payloadOffset, payloadBytes)));
        NativeWords.setRelease(object, handle);
        NativeWords.set(line, CLAIMABLE, left - needed);
        return handle;
    }

    /**
     * How many of the granules that were left in a suspended line of a packed slab were not handed out: all or none,
     * since the owner may have handed out all, to one object, whose header shows it then.
     */
    static long notHandedOutPacked(long line, long left, int granuleShift, HandleLayout layout) {
        if (left == 0) {
            return 0;
        }
        long handle = NativeWords.get(line, HANDLES) - layout.slotBits((int) left);
        long header = NativeWords.getAcquire(NativeWords.get(line, SLOTS) - (left << granuleShift));
        return header == handle || header == HandleLayout.freeTag(handle) ? 0 : left;
    }

    /** Slots not handed out yet, plain. */
    static long lpClaimable(long line) {
        return NativeWords.get(line, CLAIMABLE);
    }

    /** Sets how large the slots of a line are, once. */
    static void prepare(long line, int slotBytes) {
        NativeWords.set(line, SLOT_BYTES, slotBytes);
    }

    /** Puts slots into a line that was prepared. */
    static void fill(long line, long claimable, long handles, long slots) {
        NativeWords.set(line, HANDLES, handles);
        NativeWords.set(line, SLOTS, slots);
        NativeWords.set(line, CLAIMABLE, claimable);
    }

    /**
     * Suspends the line: exchanges the slots that are claimable, while the owner may be handing one out. The caller
     * waits for the owner's section afterwards, which may write the word once more.
     */
    static long xchgClaimable(long line, long slots) {
        return NativeWords.getAndSet(line + CLAIMABLE, slots);
    }

    /**
     * Which of these slots of the line were not handed out since it was filled: the header of a slot that was holds the
     * handle, or its free tag.
     */
    static long notHandedOut(long line, long slots, HandleLayout layout) {
        long left = slots;
        for (long bits = slots; bits != 0; bits &= bits - 1) {
            int slot = Long.numberOfTrailingZeros(bits);
            long handle = NativeWords.get(line, HANDLES) + layout.slotBits(slot);
            long header =
                    NativeWords.getAcquire(NativeWords.get(line, SLOTS) + slot * NativeWords.get(line, SLOT_BYTES));
            if (header == handle || header == HandleLayout.freeTag(handle)) {
                left &= ~(1L << slot);
            }
        }
        return left;
    }

    /** Makes slots of a suspended line claimable again, by a release store. */
    static void srClaimable(long line, long slots) {
        NativeWords.setRelease(line + CLAIMABLE, slots);
    }

    /** Sets the slots not handed out yet, plain: the holder of the bin. */
    static void spClaimable(long line, long slots) {
        NativeWords.set(line, CLAIMABLE, slots);
    }
}
