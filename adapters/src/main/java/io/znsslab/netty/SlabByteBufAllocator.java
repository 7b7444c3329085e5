package io.znsslab.netty;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import io.znsslab.core.rotation.EpochRotation;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.LongAdder;

/**
 * An allocator of Netty whose direct buffers lie in slabs: each in a slot of the current epoch, which the allocator
 * changes every so often ({@link SlabByteBufAllocatorBuilder#rotation}). Releasing a buffer for the last time, in
 * whichever thread, frees its slot. Memory of an epoch that has been followed goes back to the operating system slab by
 * slab, each when the last buffer in it is released.
 *
 * <p>A direct buffer of more than {@link #largestInSlab()} bytes lies in the C heap, as one of
 * {@link UnpooledByteBufAllocator}; a channel that reads with an {@code AdaptiveRecvByteBufAllocator} stays below that
 * if the maximum given to it does. Heap buffers are arrays that the garbage collector takes back: that is what it is
 * good at, and a slab can't hold an array. The bytes of a new direct buffer hold what was there before.
 *
 * <p>A released buffer refuses each access with an {@link io.netty.util.IllegalReferenceCountException} for ever, since
 * no other buffer gets its Java object. As with all of Netty's buffers, a thread must not use a buffer while another
 * one may release it for the last time, nor a {@code ByteBuffer} or an address of it afterwards. Those read what a slot
 * then holds; they can't crash the JVM through a {@code ByteBuffer}, which ends with the allocator.
 *
 * <p>When live buffers fill the limit, allocating throws an {@link OutOfMemoryError}, as Netty's allocators do: a
 * channel then closes its connection.
 *
 * <p>Thread-safe.
 */
public final class SlabByteBufAllocator extends AbstractByteBufAllocator
        implements ByteBufAllocatorMetricProvider, AutoCloseable {
    private final SlabAllocator slabs;
    private final EpochRotation rotation;
    private final boolean preferDirect;
    private final boolean leakDetection;
    private final int largestInSlab;
    private final LongAdder heapBytes = new LongAdder();
    /** Without a leak detector of its own, which would report each leak of a large buffer twice. */
    private final UnpooledByteBufAllocator cHeap = new UnpooledByteBufAllocator(true, true);

    private final SlabByteBufAllocatorMetric metric;
    private volatile boolean closed;

    SlabByteBufAllocator(SlabAllocator slabs, EpochRotation rotation, boolean preferDirect, boolean leakDetection) {
        super(preferDirect);
        this.slabs = slabs;
        this.rotation = rotation;
        this.preferDirect = preferDirect;
        this.leakDetection = leakDetection;
        this.largestInSlab = slabs.largestPayloadBytes();
        this.metric = new SlabByteBufAllocatorMetric(this, slabs);
    }

    /** Settings of a new allocator, all with defaults. */
    public static SlabByteBufAllocatorBuilder builder() {
        return new SlabByteBufAllocatorBuilder();
    }

    /** The capacity of the largest direct buffer that lies in a slab, in bytes: a little less than 64 KiB. */
    public int largestInSlab() {
        return largestInSlab;
    }

    /** Begins a new epoch now: what is allocated next lies apart from all that was allocated before. */
    public void rotate() {
        rotation.rotate();
    }

    /**
     * Gives slabs of the current epoch that hold no buffer back to the operating system, as
     * {@link SlabAllocator#trim()} does.
     *
     * @return bytes given back
     */
    public long trim() {
        return slabs.trim();
    }

    @Override
    public SlabByteBufAllocatorMetric metric() {
        return metric;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    // The superclass would give heap buffers where Netty can't free direct ones by itself. We can.

    @Override
    public ByteBuf buffer() {
        return preferDirect ? directBuffer() : heapBuffer();
    }

    @Override
    public ByteBuf buffer(int initialCapacity) {
        return preferDirect ? directBuffer(initialCapacity) : heapBuffer(initialCapacity);
    }

    @Override
    public ByteBuf buffer(int initialCapacity, int maxCapacity) {
        return preferDirect ? directBuffer(initialCapacity, maxCapacity) : heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public CompositeByteBuf compositeBuffer() {
        return preferDirect ? compositeDirectBuffer() : compositeHeapBuffer();
    }

    @Override
    public CompositeByteBuf compositeBuffer(int maxNumComponents) {
        return preferDirect ? compositeDirectBuffer(maxNumComponents) : compositeHeapBuffer(maxNumComponents);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new CountedHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        requireOpen();
        ByteBuf buffer = new SlabByteBuf(this, initialCapacity, maxCapacity);
        return leakDetection ? toLeakAwareBuffer(buffer) : buffer;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("no direct buffer can be allocated: the allocator is closed");
        }
    }

    /** The handle of a slot of at least so many bytes, up to {@link #largestInSlab()}. */
    long allocateInSlab(int bytes) {
        long handle = rotation.allocate(bytes);
        if (Handle.isHandle(handle)) {
            return handle;
        }
        requireOpen();
        throw new OutOfMemoryError(
                ("a direct buffer of %d bytes can't be allocated: live buffers fill the %d bytes that slabs may use;"
                                + " release some, or raise limitBytes of the allocator's builder")
                        .formatted(bytes, slabs.limitBytes()));
    }

    MemorySegment resolve(long handle) {
        return requireNonNull(slabs.resolve(handle));
    }

    void free(long handle) {
        if (closed) {
            return; // the slot went with all the others
        }
        try {
            slabs.free(handle);
        } catch (IllegalStateException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    /** A buffer of the C heap. */
    ByteBuf allocateLarge(int bytes) {
        return cHeap.directBuffer(bytes, bytes);
    }

    long largeBytes() {
        return cHeap.metric().usedDirectMemory();
    }

    LongAdder heapBytes() {
        return heapBytes;
    }

    SlabAllocator slabs() {
        return slabs;
    }

    /**
     * Ends the rotation and gives up the memory of all slabs. A buffer in a slab that was not released throws
     * {@link IllegalStateException} at each access from then on; releasing it does nothing more. Large buffers and heap
     * buffers stay usable. Closing again does nothing.
     *
     * @throws IllegalStateException if a native call, as a channel's write, uses a buffer; closing again once that has
     *     returned gives the memory back
     */
    @Override
    public void close() {
        closed = true;
        rotation.close();
        slabs.close();
    }
}
