package io.znsslab.tier.device;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One read, write or flush; created once and reused, so that an I/O allocates nothing.
 *
 * <p>Belongs to its creator until submitted, to the {@link IoQueue} until {@link #completed} is called, then to its
 * creator again.
 */
public abstract class IoRequest {
    /** The operation. */
    public enum Kind {
        READ,
        WRITE,
        FLUSH
    }

    /** Creates a request that is a flush until it is set to something else. */
    protected IoRequest() {}

    private Kind kind = Kind.FLUSH;
    private long offsetBytes;
    private MemorySegment buffer = MemorySegment.NULL;
    private int lengthBytes;

    // State of the queue: how far the request got, how often the kernel sent it back, with which error, and why it was
    // refused.
    int transferredBytes;
    int attempts;
    int errno;

    @Nullable
    DeviceException refusal;

    /** Makes it a read of {@code into.byteSize()} bytes, less than 2 GiB, at a device offset. */
    public final void read(long offset, MemorySegment into) {
        Objects.requireNonNull(into, "into must not be null");
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("the memory to read into must not be read-only");
        }
        set(Kind.READ, offset, into);
    }

    /**
     * Makes it a write of {@code from.byteSize()} bytes, less than 2 GiB, at a device offset, which must be the zone's
     * write pointer.
     */
    public final void write(long offset, MemorySegment from) {
        Objects.requireNonNull(from, "from must not be null");
        set(Kind.WRITE, offset, from);
    }

    /** Makes it a flush: all writes that completed before it is submitted survive power loss once it completes. */
    public final void flush() {
        set(Kind.FLUSH, 0, MemorySegment.NULL);
    }

    private void set(Kind newKind, long offset, MemorySegment newBuffer) {
        if (newBuffer.byteSize() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a request can't have " + newBuffer.byteSize()
                    + " bytes of memory: must be at most " + Integer.MAX_VALUE);
        }
        kind = newKind;
        offsetBytes = offset;
        buffer = newBuffer;
        lengthBytes = (int) newBuffer.byteSize();
    }

    /** The operation that the request stands for. */
    public final Kind kind() {
        return kind;
    }

    /** Device offset; 0 for a flush. */
    public final long offsetBytes() {
        return offsetBytes;
    }

    /** Bytes to transfer; 0 for a flush. */
    public final int lengthBytes() {
        return lengthBytes;
    }

    /** The memory to read into or write from. */
    public final MemorySegment buffer() {
        return buffer;
    }

    /** Device offset just past the last byte. */
    public final long endBytes() {
        return offsetBytes + lengthBytes;
    }

    /**
     * Called exactly once for each submission, by the thread that polls the queue. May submit this request or another;
     * must not block or poll.
     *
     * @param failure null when the whole request succeeded
     */
    protected abstract void completed(@Nullable DeviceException failure);
}
