package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What devices whose data passes through an io_uring have in common: queues, waiting for single requests, what any
 * request must satisfy.
 */
abstract class RingDevice implements ZonedDevice, RequestRules {
    /** Size of the pieces in which waiting reads and writes pass through their own buffer. */
    private static final int PIECE_BYTES = 256 << 10;

    final Medium medium;
    private final DeviceGeometry geometry;
    private final AtomicInteger openQueues = new AtomicInteger();
    private final ReentrantLock waiting = new ReentrantLock();
    private final StagingBuffers piece = new StagingBuffers(1, PIECE_BYTES);
    private final WaitingRequest request = new WaitingRequest();
    private IoQueue waitingQueue;
    private boolean closed;

    RingDevice(Medium medium, DeviceGeometry geometry) {
        this.medium = medium;
        this.geometry = geometry;
    }

    @Override
    public final String name() {
        return medium.name();
    }

    @Override
    public final DeviceGeometry geometry() {
        return geometry;
    }

    @Override
    public final IoQueue openQueue(IoQueueSettings settings) {
        openQueues.incrementAndGet();
        try {
            return new RingQueue(medium, this, settings, openQueues::decrementAndGet);
        } catch (RuntimeException | Error e) {
            openQueues.decrementAndGet();
            throw e;
        }
    }

    @Override
    public final void read(long offsetBytes, MemorySegment into) {
        transfer(into.byteSize(), (done, buffer) -> {
            request.read(offsetBytes + done, buffer);
            perform();
            MemorySegment.copy(buffer, 0, into, done, buffer.byteSize());
        });
    }

    @Override
    public final void write(long offsetBytes, MemorySegment from) {
        transfer(from.byteSize(), (done, buffer) -> {
            MemorySegment.copy(from, done, buffer, 0, buffer.byteSize());
            request.write(offsetBytes + done, buffer);
            perform();
        });
    }

    @Override
    public final void flush() {
        waiting.lock();
        try {
            request.flush();
            perform();
        } finally {
            waiting.unlock();
        }
    }

    private interface Piece {
        void transfer(long done, MemorySegment buffer);
    }

    private void transfer(long bytes, Piece operation) {
        waiting.lock();
        try {
            int step = Math.min(PIECE_BYTES, geometry.maxTransferBytes());
            for (long done = 0; done < bytes; done += step) {
                operation.transfer(done, piece.buffer(0).asSlice(0, Math.min(step, bytes - done)));
            }
        } finally {
            waiting.unlock();
        }
    }

    private void perform() {
        if (closed) {
            throw new IllegalStateException("device " + name() + " is closed");
        }
        if (waitingQueue == null) {
            // Threads take turns under the lock, so the ring can't have a single owner.
            waitingQueue = openQueue(new IoQueueSettings(1, false, false, List.of(piece)));
        }
        request.done = false;
        waitingQueue.submit(request);
        while (!request.done) {
            waitingQueue.await();
        }
        if (request.failure != null) {
            throw request.failure;
        }
    }

    private static final class WaitingRequest extends IoRequest {
        private boolean done;
        private DeviceException failure;

        @Override
        protected void completed(DeviceException outcome) {
            failure = outcome;
            done = true;
        }
    }

    @Override
    public final DeviceException refusalOf(IoRequest candidate) {
        if (candidate.kind() == IoRequest.Kind.FLUSH) {
            return refusalOfFlush();
        }
        long offset = candidate.offsetBytes();
        int length = candidate.lengthBytes();
        int block = geometry.blockBytes();
        if (offset < 0 || length <= 0 || offset + length > geometry.sizeBytes()) {
            return outOfRange(candidate, "the device has " + geometry.sizeBytes() + " bytes");
        }
        if (offset % block != 0 || length % block != 0) {
            return outOfRange(candidate, "it is not in whole blocks of " + block + " bytes");
        }
        if (length > geometry.maxTransferBytes()) {
            return outOfRange(candidate, "the device takes at most " + geometry.maxTransferBytes() + " bytes at once");
        }
        int zone = geometry.zoneOf(offset);
        if (geometry.zoneOf(offset + length - 1) != zone) {
            return outOfRange(candidate, "it crosses the end of zone " + zone);
        }
        return refusalIn(zone, candidate);
    }

    private DeviceException outOfRange(IoRequest candidate, String reason) {
        return new DeviceException(Problem.OUT_OF_RANGE, describe(candidate) + " refused: " + reason);
    }

    /** The request, for messages. */
    final String describe(IoRequest candidate) {
        return switch (candidate.kind()) {
            case READ ->
                "read of " + candidate.lengthBytes() + " bytes at " + candidate.offsetBytes() + " of " + name();
            case WRITE ->
                "write of " + candidate.lengthBytes() + " bytes at " + candidate.offsetBytes() + " of " + name();
            case FLUSH -> "flush of " + name();
        };
    }

    /** Decides about a transfer that lies within one zone. */
    abstract DeviceException refusalIn(int zone, IoRequest candidate);

    /** Decides about a flush, and does what must come before it. */
    abstract DeviceException refusalOfFlush();

    final void requireZone(int zone) {
        if (zone < 0 || zone >= geometry.zoneCount()) {
            throw new DeviceException(
                    Problem.OUT_OF_RANGE,
                    "zone " + zone + " does not exist: " + name() + " has " + geometry.zoneCount() + " zones");
        }
    }

    @Override
    public final void close() {
        waiting.lock();
        try {
            if (closed) {
                return;
            }
            if (waitingQueue != null) {
                waitingQueue.close();
                waitingQueue = null;
            }
            if (openQueues.get() != 0) {
                throw new IllegalStateException(
                        "device " + name() + " can't be closed: " + openQueues.get() + " queues to it are open");
            }
            closed = true;
            try {
                beforeClose();
            } finally {
                medium.close();
                piece.close();
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Last chance to write something. */
    abstract void beforeClose();
}
