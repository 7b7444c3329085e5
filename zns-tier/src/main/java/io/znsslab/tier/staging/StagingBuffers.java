package io.znsslab.tier.staging;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A fixed number of equal, page-aligned buffers in one piece of memory, which a queue registers as a whole.
 *
 * <p>Data passes through them instead of going directly between slab arena and device: registering the arena would pin
 * its pages and undo their reclamation, and bytes that were read must be checked before they reach their destination.
 *
 * <p>The owner decides which thread uses which buffer; this class only locates them. Immutable and thread-safe until
 * closed.
 */
public final class StagingBuffers implements AutoCloseable {
    /** Alignment that direct I/O is content with on every device. */
    private static final int ALIGNMENT_BYTES = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final MemorySegment[] segments;
    private final ByteBuffer[] views;
    private final int bufferBytes;

    /**
     * @param count number of buffers, 1 or more
     * @param bufferBytes size of each, a multiple of 4,096
     */
    public StagingBuffers(int count, int bufferBytes) {
        if (count < 1 || bufferBytes < ALIGNMENT_BYTES || bufferBytes % ALIGNMENT_BYTES != 0) {
            throw new IllegalArgumentException("staging buffers must be 1 or more of a multiple of " + ALIGNMENT_BYTES
                    + " bytes: " + count + " of " + bufferBytes);
        }
        this.bufferBytes = bufferBytes;
        memory = arena.allocate((long) count * bufferBytes, ALIGNMENT_BYTES);
        segments = new MemorySegment[count];
        views = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            segments[i] = memory.asSlice((long) i * bufferBytes, bufferBytes);
            views[i] = segments[i].asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Number of buffers. */
    public int count() {
        return segments.length;
    }

    /** Bytes of each buffer. */
    public int bufferBytes() {
        return bufferBytes;
    }

    /** Buffer number {@code index}. */
    public MemorySegment buffer(int index) {
        return segments[existing(index)];
    }

    /**
     * The same buffer as a {@code ByteBuffer}, for users such as {@code CRC32C}. There is one object for each buffer,
     * whose position belongs to its user.
     */
    public ByteBuffer view(int index) {
        return views[existing(index)];
    }

    private int existing(int index) {
        if (index < 0 || index >= segments.length) {
            throw new IndexOutOfBoundsException(
                    "staging buffer " + index + " does not exist: must be 0 to " + (segments.length - 1));
        }
        return index;
    }

    /** The memory of all buffers, for a queue to register. */
    public MemorySegment memory() {
        return memory;
    }

    /** Frees the memory. No queue may use it any more. Closing again does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
