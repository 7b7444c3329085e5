package io.znsslab.cli.demo;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How the demo lays an object into a payload: its length in two bytes, then its bytes. A payload has the length of its
 * size class, so without that a handle alone could not give the object back.
 */
final class StoredObject {
    private static final ValueLayout.OfShort LENGTH =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HEADER_BYTES = Short.BYTES;
    private static final int LONGEST = 0xFFFF;

    private StoredObject() {}

    /** Payload bytes for an object of that length. */
    static int payloadBytes(int length) {
        return HEADER_BYTES + length;
    }

    /** The longest object that fits a payload. */
    static int longest(int payloadBytes) {
        return Math.min(LONGEST, payloadBytes - HEADER_BYTES);
    }

    static void write(MemorySegment payload, byte[] bytes, int offset, int length) {
        payload.set(LENGTH, 0, (short) length);
        MemorySegment.copy(bytes, offset, payload, ValueLayout.JAVA_BYTE, HEADER_BYTES, length);
    }

    /**
     * Copies an object out of its payload.
     *
     * @return its length; negative where the payload can't hold an object of the length that it states
     */
    static int read(MemorySegment payload, byte[] into) {
        int length = Short.toUnsignedInt(payload.get(LENGTH, 0));
        if (length > payload.byteSize() - HEADER_BYTES || length > into.length) {
            return -1;
        }
        MemorySegment.copy(payload, ValueLayout.JAVA_BYTE, HEADER_BYTES, into, 0, length);
        return length;
    }
}
