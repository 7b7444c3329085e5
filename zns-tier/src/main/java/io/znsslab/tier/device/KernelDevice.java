package io.znsslab.tier.device;

import io.znsslab.tier.device.DeviceException.Problem;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The common part of devices of the kernel: queues, single waiting requests, and the rules for any request. */
abstract class KernelDevice implements ZonedDevice, RequestRules {
    /** Size of the pieces in which waiting reads and writes pass through their own buffer. */
    private static final int PIECE_BYTES = 256 << 10;

    /** What a device was opened for. */
    enum Access {
        READ_WRITE,
        READ_ONLY,
        /** As {@link #READ_ONLY}, while another process writes. */
        READ_SHARED
    }

    final IoTarget target;
    private final KernelIo io;
    private final DeviceGeometry geometry;
    private final Access access;
    private final AtomicInteger openQueues = new AtomicInteger();
    private final ReentrantLock waiting = new ReentrantLock();
    private final StagingBuffers piece = new StagingBuffers(1, PIECE_BYTES);
    private final AwaitedRequest request = new AwaitedRequest();
    private @Nullable IoQueue waitingQueue;
    private volatile boolean closed;

    KernelDevice(IoTarget target, DeviceGeometry geometry, Access access) {
        this.target = target;
        this.io = new KernelIo(target);
        this.geometry = geometry;
        this.access = access;
    }

    @Override
    public final boolean isWrittenByOthers() {
        return access == Access.READ_SHARED;
    }

    final boolean isWritable() {
        return access == Access.READ_WRITE;
    }

    @Override
    public final String name() {
        return target.name();
    }

    @Override
    public final DeviceGeometry geometry() {
        return geometry;
    }

    @Override
    public final IoQueue openQueue(IoQueueSettings settings) {
        Objects.requireNonNull(settings, "settings must not be null");
        openQueues.incrementAndGet();
        try {
            // Checked after the queue was counted: either a concurrent close sees the queue, or the queue sees the
            // close.
            requireOpen();
            return io.open(this, settings, openQueues::decrementAndGet);
        } catch (RuntimeException | Error e) {
            openQueues.decrementAndGet();
            throw e;
        }
    }

    @Override
    public final IoMethod ioMethod() {
        requireOpen();
        return io.method();
    }

    @Override
    public final void requireRing() {
        requireOpen();
        io.requireRing();
    }

    @Override
    public final void read(long offsetBytes, MemorySegment into) {
        Objects.requireNonNull(into, "into must not be null");
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("the memory to read into must not be read-only");
        }
        transfer(into.byteSize(), (done, buffer) -> {
            request.read(offsetBytes + done, buffer);
            perform();
            MemorySegment.copy(buffer, 0, into, done, buffer.byteSize());
        });
    }

    @Override
    public final void write(long offsetBytes, MemorySegment from) {
        Objects.requireNonNull(from, "from must not be null");
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
            requireOpen();
            int step = Math.min(PIECE_BYTES, geometry.maxTransferBytes());
            for (long done = 0; done < bytes; done += step) {
                operation.transfer(done, piece.buffer(0).asSlice(0, Math.min(step, bytes - done)));
            }
        } finally {
            waiting.unlock();
        }
    }

    private void perform() {
        requireOpen();
        if (waitingQueue == null) {
            // Threads take turns under the lock, so the ring can't have a single owner.
            waitingQueue = openQueue(new IoQueueSettings(1, false, false, List.of(piece.memory())));
        }
        request.submitTo(waitingQueue);
        while (request.isInFlight()) {
            waitingQueue.await();
        }
        request.throwFailure();
    }

    @Override
    public final @Nullable DeviceException refusalOf(IoRequest candidate) {
        if (candidate.kind() != IoRequest.Kind.READ && !isWritable()) {
            return refusalToWrite(describe(candidate));
        }
        if (candidate.kind() == IoRequest.Kind.FLUSH) {
            return refusalOfFlush();
        }
        String reason = geometry.refusalOf(candidate.offsetBytes(), candidate.lengthBytes());
        return reason == null
                ? refusalIn(geometry.zoneOf(candidate.offsetBytes()), candidate)
                : new DeviceException(Problem.OUT_OF_RANGE, describe(candidate) + " refused: " + reason);
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
    @Nullable
    abstract DeviceException refusalIn(int zone, IoRequest candidate);

    /** Decides about a flush, and does what must come before it. */
    @Nullable
    abstract DeviceException refusalOfFlush();

    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("device " + name() + " is closed");
        }
    }

    /** Checks the zone number of a question. */
    final void requireZone(int zone) {
        requireOpen();
        geometry.requireZone(zone, name());
    }

    /** Checks the zone number of a command, and that commands are allowed. */
    final void requireWritable(int zone) {
        requireZone(zone);
        if (!isWritable()) {
            throw refusalToWrite("a command to zone " + zone + " of " + name());
        }
    }

    private DeviceException refusalToWrite(String attempt) {
        return new DeviceException(Problem.ACCESS_DENIED, attempt + " refused: the device was opened for reading only");
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
            closed = true;
            if (openQueues.get() != 0) {
                closed = false;
                throw new IllegalStateException(
                        "device " + name() + " can't be closed: " + openQueues.get() + " queues to it are open");
            }
            try {
                beforeClose();
            } finally {
                io.close();
                target.close();
                piece.close();
            }
        } finally {
            waiting.unlock();
        }
    }

    /** Called before the device is closed, to write what is left to write. */
    abstract void beforeClose();
}
