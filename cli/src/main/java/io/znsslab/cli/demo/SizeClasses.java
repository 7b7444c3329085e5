package io.znsslab.cli.demo;

/**
 * The slot sizes with which the demo opens its allocator: the allocator's own defaults, said here because the demo
 * reckons with them.
 */
final class SizeClasses {
    private static final int SLOT_HEADER_BYTES = 8;
    private static final int[] SLOTS = {64, 96, 128, 192, 256, 384, 512, 768};

    private SizeClasses() {}

    /** Slot sizes in bytes, ascending. */
    static int[] slots() {
        return SLOTS.clone();
    }

    static int count() {
        return SLOTS.length;
    }

    /** The longest object, in bytes, that the demo can store in one piece. */
    static int longestObject() {
        return StoredObject.longest(SLOTS[SLOTS.length - 1] - SLOT_HEADER_BYTES);
    }

    /** Bytes of the slot in which an object of that length is stored. */
    static int slotBytes(int length) {
        int needed = StoredObject.payloadBytes(length) + SLOT_HEADER_BYTES;
        for (int slot : SLOTS) {
            if (slot >= needed) {
                return slot;
            }
        }
        throw new IllegalArgumentException("no slot holds an object of " + length + " bytes");
    }
}
