package io.znsslab.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What a contract is held against: an allocator, and direct buffers of it. */
interface BufferSource {
    /** The allocator under test; the same throughout a test. */
    ByteBufAllocator allocator();

    /** A new direct buffer. */
    default ByteBuf buffer(int capacity) {
        return allocator().directBuffer(capacity);
    }

    /** Bytes that differ from each other as far as they can, from a fixed pattern. */
    static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8) + 7);
        }
        return bytes;
    }
}
