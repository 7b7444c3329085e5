package io.znsslab.tier.recovery;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoRequest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The writes of one region on their way to the device: while one is in flight, those behind it wait in their staging
 * buffers, and another buffer is filled. A write is submitted once the one before it is complete, so that what is on
 * the device is always a beginning of what was handed over, and no zone has two writes in flight. After a failure
 * nothing more of the region is submitted; each further call throws that failure. For one thread at a time.
 */
final class RegionWrites {
    /** Staging buffers of a region: one that is written, one that waits behind it, and one that is filled. */
    static final int BUFFERS = 3;

    private final LogDevice log;
    private final MemorySegment buffers;
    private final ByteBuffer view;
    private final int bufferBytes;
    private final int mostBytesAtOnce;
    private final long[] offsets = new long[BUFFERS];
    private final int[] lengths = new int[BUFFERS];
    private final Transfer transfer = new Transfer();
    /** The buffer that is being filled. */
    private int filling;
    /** Buffers that were handed over and are not written yet: those before the one that is being filled. */
    private int handedOver;
    /** Bytes of the oldest of them that are written. */
    private int writtenBytes;

    private boolean inFlight;
    /** What a write failed with: a {@link RuntimeException} or an {@link Error}; null if none has. */
    private Throwable failure;

    /**
     * @param buffers memory of {@link #BUFFERS} buffers, each of whole pairs of blocks
     * @param view the same memory, little-endian
     */
    RegionWrites(LogDevice log, MemorySegment buffers, ByteBuffer view) {
        this.log = log;
        this.buffers = buffers;
        this.view = view;
        bufferBytes = (int) (buffers.byteSize() / BUFFERS);
        mostBytesAtOnce = log.device().geometry().maxTransferBytes();
    }

    /** The memory of all buffers. */
    MemorySegment memory() {
        return buffers;
    }

    /** The same memory, little-endian. */
    ByteBuffer view() {
        return view;
    }

    /** Bytes of each buffer. */
    int bufferBytes() {
        return bufferBytes;
    }

    /** Where in the memory the buffer begins that is to be filled next. */
    int begin() {
        return filling * bufferBytes;
    }

    /** Whether {@link #handOver} would not wait: a buffer is free besides the one that is being filled. */
    boolean hasRoom() {
        return failure != null || handedOver < BUFFERS - 1;
    }

    /** Whether {@link #awaitWritten} would not wait. */
    boolean isWritten() {
        return failure != null || handedOver == 0;
    }

    /**
     * Has the first so many bytes of the buffer written to that place of the device, and goes on with the next buffer,
     * for which the caller may have to wait.
     */
    void handOver(long offsetBytes, int bytes) {
        requireSound();
        offsets[filling] = offsetBytes;
        lengths[filling] = bytes;
        filling = (filling + 1) % BUFFERS;
        handedOver++;
        log.poll();
        while (failure == null && handedOver == BUFFERS) {
            log.await();
        }
        requireSound();
    }

    /** Waits until all that was handed over is written. */
    void awaitWritten() {
        while (!isWritten()) {
            log.await();
        }
        requireSound();
    }

    /**
     * Waits for the write in flight, whatever its outcome, and forgets all others: the region is given up, and its
     * zones may be reset. Then the writes of another region may follow.
     */
    void abandon() {
        handedOver = 0;
        while (inFlight) {
            log.await();
        }
        writtenBytes = 0;
        failure = null;
    }

    /** Throws what a write has failed with, if any has. */
    void requireSound() {
        switch (failure) {
            case null -> {}
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new AssertionError(failure);
        }
    }

    /**
     * Submits the oldest buffer, or the rest of it, unless a write is in flight. What submitting throws counts as a
     * failure of this region: the caller may be waiting for another region's write.
     *
     * @return whether a write was submitted, which reaches the device when the queue is polled
     */
    boolean submitNext() {
        if (inFlight || handedOver == 0 || failure != null) {
            return false;
        }
        int oldest = oldest();
        int bytes = Math.min(mostBytesAtOnce, lengths[oldest] - writtenBytes);
        long from = (long) oldest * bufferBytes + writtenBytes;
        transfer.write(offsets[oldest] + writtenBytes, buffers.asSlice(from, bytes));
        try {
            log.submit(transfer);
            inFlight = true;
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        return inFlight;
    }

    /** The buffer that was handed over first, of those that are not written. */
    private int oldest() {
        return (filling + BUFFERS - handedOver) % BUFFERS;
    }

    private void written(int bytes) {
        log.count(bytes);
        writtenBytes += bytes;
        if (writtenBytes == lengths[oldest()]) {
            writtenBytes = 0;
            handedOver--;
        }
    }

    /** The write in flight. */
    private final class Transfer extends IoRequest {
        @Override
        protected void completed(DeviceException outcome) {
            inFlight = false;
            if (outcome != null) {
                failure = outcome;
            } else if (handedOver > 0) {
                written(lengthBytes());
            }
        }
    }
}
