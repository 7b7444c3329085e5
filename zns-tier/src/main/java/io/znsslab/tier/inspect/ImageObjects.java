package io.znsslab.tier.inspect;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.znsslab.core.Handle;
import io.znsslab.core.HandleFormat;
import io.znsslab.core.cold.ColdImage;
import io.znsslab.tier.format.SealedBlock;
import io.znsslab.tier.recovery.LoggedShape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Finds objects in a sound image of a slab, as {@link io.znsslab.core.cold.SlabShape} says how they lie. Immutable. */
final class ImageObjects {
    private static final int VERSION_MASK = 3;
    private static final int PACKED_HEADER_BYTES = 16;
    private static final int PART_MASK = 0xffff;
    private static final int OFFSET_SHIFT = 16;
    private static final java.lang.foreign.ValueLayout.OfLong WORD =
            JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final LoggedShape shape;
    private final HandleFormat format;

    ImageObjects(LoggedShape shape) {
        this.shape = shape;
        format = shape.handleFormat();
    }

    /** Receives the slots in which the log has a live object. */
    interface Slots {
        /**
         * A slot is live.
         *
         * @param object what is there; null if the slot holds no object of the slab, and was not just being freed
         */
        void slot(int slot, @Nullable ObjectPlace object);
    }

    int slotOf(long handle) {
        return Handle.decode(handle).slot();
    }

    private int offsetOf(ColdImage slab, int slot) {
        return shape.headerBytes() + slot * shape.slotBytes(slab.sizeClass);
    }

    /** Whether the slab has a slot of that number. */
    boolean hasSlot(ColdImage slab, int slot) {
        return slot < shape.slots(slab.sizeClass);
    }

    /** Whether the slot of that number is live, as far as the log knows. */
    static boolean isLive(ColdImage slab, int slot) {
        return (slab.live[slot / Long.SIZE] & 1L << slot) != 0;
    }

    /** The first eight bytes of a slot: the handle of an object, or what is left of it. */
    long header(MemorySegment image, ColdImage slab, int slot) {
        return image.get(WORD, offsetOf(slab, slot));
    }

    /** Whether a slot's header is a handle to an object in that slot of that slab. */
    boolean isHandle(long header, ColdImage slab, int slot) {
        if ((header & VERSION_MASK) != shape.handleVersion()) {
            return false;
        }
        Handle handle = Handle.decode(header);
        boolean fits = handle.slabId() == slab.slabId
                && handle.slot() == slot
                && (handle.sizeClass() < 0 || handle.sizeClass() == slab.sizeClass);
        return fits
                && (slab.hasOneGeneration
                        ? handle.generation() == slab.baseGeneration
                        : handle.generation() >= slab.baseGeneration);
    }

    /** Whether a slot's header is that of an object that was freed. */
    private static boolean isFree(long header) {
        return (header & VERSION_MASK) == 0;
    }

    /** The object in a slot; null if the slot holds none of this slab's. */
    @Nullable
    ObjectPlace place(MemorySegment image, ColdImage slab, int slot) {
        long header = header(image, slab, slot);
        if (!isHandle(header, slab, slot)) {
            return null;
        }
        int at = offsetOf(slab, slot);
        long start = slab.location * SealedBlock.LOCATION_BYTES;
        if (slab.sizeClass != shape.packedClass()) {
            int payload = at + Long.BYTES;
            return new ObjectPlace(
                    header, slot, start + at, start + payload, shape.slotBytes(slab.sizeClass) - Long.BYTES);
        }
        long note = image.get(WORD, at + Long.BYTES);
        int offset = (int) note >>> OFFSET_SHIFT;
        int bytes = (int) note & PART_MASK;
        boolean fits = offset >= PACKED_HEADER_BYTES && at + offset + bytes <= image.byteSize();
        return fits ? new ObjectPlace(header, slot, start + at, start + at + offset, bytes) : null;
    }

    /**
     * Shows each slot that is live as far as the log knows. One that the image shows as freed is left out: it was being
     * freed while the slab was demoted.
     */
    void forEachLive(MemorySegment image, ColdImage slab, Slots receiver) {
        int slots = shape.slots(slab.sizeClass);
        for (int word = 0; word < slab.live.length; word++) {
            for (long bits = slab.live[word]; bits != 0; bits &= bits - 1) {
                int slot = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                if (slot >= slots) {
                    receiver.slot(slot, null);
                } else if (!isFree(header(image, slab, slot))) {
                    receiver.slot(slot, place(image, slab, slot));
                }
            }
        }
    }

    /** The format of the store's handles. */
    HandleFormat format() {
        return format;
    }
}
