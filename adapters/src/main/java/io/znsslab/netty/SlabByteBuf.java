package io.znsslab.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.znsslab.core.Handle;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer in a slot of a slab, or, where it is too large for that, in memory of the C heap. Growing within the
 * slot moves nothing; beyond it the bytes move to another place.
 */
final class SlabByteBuf extends SegmentByteBuf {
    private final SlabByteBufAllocator owner;
    private int capacity;

    /** {@link Handle#NONE} for what is not in a slab. */
    private long handle = Handle.NONE;

    /** The memory of what is not in a slab. */
    private @Nullable ByteBuf large;

    SlabByteBuf(SlabByteBufAllocator owner, int initialCapacity, int maxCapacity) {
        super(maxCapacity);
        this.owner = owner;
        take(initialCapacity);
    }

    private void take(int bytes) {
        if (bytes <= owner.largestInSlab()) {
            handle = owner.allocateInSlab(bytes);
            memory(owner.resolve(handle));
            large = null;
        } else {
            large = owner.allocateLarge(bytes);
            memory(MemorySegment.ofBuffer(large.nioBuffer(0, bytes)));
            handle = Handle.NONE;
        }
        capacity = bytes;
    }

    private static void giveBack(SlabByteBufAllocator owner, long handle, @Nullable ByteBuf large) {
        if (large == null) {
            owner.free(handle);
        } else {
            large.release();
        }
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        if (newCapacity < capacity) {
            trimIndicesToCapacity(newCapacity);
        }
        long room = memory().byteSize();
        // What becomes much smaller is worth moving: else a large slot would stay taken for few bytes.
        if (newCapacity <= room && (newCapacity >= capacity || newCapacity > room / 2)) {
            capacity = newCapacity;
        } else if (newCapacity != capacity) {
            move(newCapacity);
        }
        return this;
    }

    private void move(int newCapacity) {
        MemorySegment before = memory();
        long handleBefore = handle;
        ByteBuf largeBefore = large;
        int kept = Math.min(capacity, newCapacity);
        take(newCapacity); // throws with nothing changed
        MemorySegment.copy(before, 0, memory(), 0, kept);
        giveBack(owner, handleBefore, largeBefore);
    }

    @Override
    public int maxFastWritableBytes() {
        return (int) Math.min(memory().byteSize(), maxCapacity()) - writerIndex();
    }

    @Override
    public ByteBufAllocator alloc() {
        return owner;
    }

    @Override
    protected void deallocate() {
        memory(MemorySegment.NULL);
        giveBack(owner, handle, large);
        large = null;
    }
}
