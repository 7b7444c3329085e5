package io.znsslab.cli.bench.soak;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bytes of an object, which follow from its number: any byte of another object is noticed. */
final class ObjectContent {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;

    private ObjectContent() {}

    /** Writes the first bytes of a payload. */
    static void write(MemorySegment payload, long number, int bytes) {
        int offset = 0;
        for (; offset + Long.BYTES <= bytes; offset += Long.BYTES) {
            payload.set(WORD, offset, word(number, offset));
        }
        long last = word(number, offset);
        for (; offset < bytes; offset++, last >>>= Byte.SIZE) {
            payload.set(ValueLayout.JAVA_BYTE, offset, (byte) last);
        }
    }

    /** The offset of the first byte that is wrong; -1 if all are right. */
    static int firstWrong(MemorySegment payload, long number, int bytes) {
        int offset = 0;
        for (; offset + Long.BYTES <= bytes; offset += Long.BYTES) {
            if (payload.get(WORD, offset) != word(number, offset)) {
                return offset;
            }
        }
        long last = word(number, offset);
        for (; offset < bytes; offset++, last >>>= Byte.SIZE) {
            if (payload.get(ValueLayout.JAVA_BYTE, offset) != (byte) last) {
                return offset;
            }
        }
        return -1;
    }

    /** The finalizer of MurmurHash3, which spreads neighbouring numbers over all bits. */
    private static long word(long number, int offset) {
        long x = number * 0x9E3779B97F4A7C15L + offset;
        x = (x ^ (x >>> 33)) * 0xFF51AFD7ED558CCDL;
        x = (x ^ (x >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return x ^ (x >>> 33);
    }
}
