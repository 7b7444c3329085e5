package io.znsslab.netty;

import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.concurrent.atomic.LongAdder;

/** A buffer over an array of the Java heap, whose bytes are counted. */
final class CountedHeapByteBuf extends UnpooledHeapByteBuf {
    CountedHeapByteBuf(SlabByteBufAllocator allocator, int initialCapacity, int maxCapacity) {
        super(allocator, initialCapacity, maxCapacity);
    }

    /** Also called by the constructor of the superclass. */
    private LongAdder counter() {
        return ((SlabByteBufAllocator) alloc()).heapBytes();
    }

    @Override
    protected byte[] allocateArray(int initialCapacity) {
        byte[] bytes = super.allocateArray(initialCapacity);
        counter().add(bytes.length);
        return bytes;
    }

    @Override
    protected void freeArray(byte[] array) {
        counter().add(-array.length);
        super.freeArray(array);
    }
}
