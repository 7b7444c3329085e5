package io.znsslab.tier.device;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A device of any size that completes every request at once and keeps nothing but its zones' states: reads return
 * zeroes. Serves to measure what a store costs by itself, and with more slabs than an available device would hold. A
 * subclass may keep some of the data: queues read and write by {@link #read} and {@link #write}.
 */
public class NullZonedDevice implements ZonedDevice {
    private static final int MAX_TRANSFER_BYTES = 4 << 20;
    private static final String NAME = "(data of no size)";

    private final DeviceGeometry geometry;
    private final ZoneStates states;

    /** Creates a device of that shape, all zones empty. */
    public NullZonedDevice(FileGeometry shape) {
        states = new ZoneStates(NAME, Objects.requireNonNull(shape, "shape must not be null"));
        geometry = shape.geometry(MAX_TRANSFER_BYTES);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "simulated zoned device of " + (geometry.sizeBytes() >> 30) + " GiB that keeps no data";
    }

    @Override
    public DeviceGeometry geometry() {
        return geometry;
    }

    @Override
    public List<ZoneDescriptor> report() {
        return states.describeAll();
    }

    @Override
    public ZoneDescriptor report(int zone) {
        geometry.requireZone(zone, NAME);
        return states.describe(zone);
    }

    @Override
    public void resetZone(int zone) {
        geometry.requireZone(zone, NAME);
        states.reset(zone);
    }

    @Override
    public void finishZone(int zone) {
        geometry.requireZone(zone, NAME);
        states.finish(zone);
    }

    @Override
    public void openZone(int zone) {
        geometry.requireZone(zone, NAME);
        states.open(zone);
    }

    @Override
    public void closeZone(int zone) {
        geometry.requireZone(zone, NAME);
        states.close(zone);
    }

    @Override
    public IoQueue openQueue(IoQueueSettings settings) {
        return new Queue(Objects.requireNonNull(settings, "settings must not be null"));
    }

    @Override
    public void read(long offsetBytes, MemorySegment into) {
        Objects.requireNonNull(into, "into must not be null");
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("the memory to read into must not be read-only");
        }
        inPieces(offsetBytes, into.byteSize(), (offset, bytes) -> refusalOf("read", offset, bytes));
        into.fill((byte) 0);
    }

    private @Nullable DeviceException refusalOf(String attempt, long offsetBytes, long bytes) {
        String reason = geometry.refusalOf(offsetBytes, bytes);
        return reason == null
                ? null
                : new DeviceException(
                        DeviceException.Problem.OUT_OF_RANGE,
                        attempt + " of " + bytes + " bytes at " + offsetBytes + " of " + name() + " refused: "
                                + reason);
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        Objects.requireNonNull(from, "from must not be null");
        inPieces(offsetBytes, from.byteSize(), this::refusalOfWrite);
    }

    private interface Piece {
        @Nullable
        DeviceException transfer(long offsetBytes, long bytes);
    }

    /** Splits a transfer that is too large for one piece, as real devices do. */
    private static void inPieces(long offsetBytes, long bytes, Piece piece) {
        for (long done = 0; done < bytes; done += MAX_TRANSFER_BYTES) {
            DeviceException refusal = piece.transfer(offsetBytes + done, Math.min(MAX_TRANSFER_BYTES, bytes - done));
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    private @Nullable DeviceException refusalOfWrite(long offsetBytes, long bytes) {
        DeviceException misplaced = refusalOf("write", offsetBytes, bytes);
        if (misplaced != null) {
            return misplaced;
        }
        int zone = geometry.zoneOf(offsetBytes);
        long offsetInZone = offsetBytes - geometry.startOf(zone);
        DeviceException refusal = states.reserve(zone, offsetInZone, Math.toIntExact(bytes));
        if (refusal == null) {
            states.written(zone, offsetInZone + bytes);
        }
        return refusal;
    }

    @Override
    public void flush() {
        // No data is kept that could be lost.
    }

    @Override
    public void close() {
        // There is nothing to free.
    }

    private final class Queue implements IoQueue {
        private final ArrayDeque<IoRequest> submitted;
        private final Semaphore wakeUps = new Semaphore(0);
        private final int depth;
        private final boolean wakeable;

        Queue(IoQueueSettings settings) {
            depth = settings.depth();
            wakeable = settings.wakeable();
            submitted = new ArrayDeque<>(depth);
        }

        @Override
        public int depth() {
            return depth;
        }

        @Override
        public int inFlight() {
            return submitted.size();
        }

        @Override
        public void submit(IoRequest request) {
            Objects.requireNonNull(request, "request must not be null");
            if (!hasRoom()) {
                throw new IllegalStateException("queue to " + name() + " is full: " + depth + " in flight");
            }
            submitted.add(request);
        }

        @Override
        public int poll() {
            int count = submitted.size();
            for (int i = 0; i < count; i++) {
                IoRequest request = submitted.remove();
                request.completed(perform(request));
            }
            return count;
        }

        private @Nullable DeviceException perform(IoRequest request) {
            try {
                switch (request.kind()) {
                    case READ -> read(request.offsetBytes(), request.buffer());
                    case WRITE -> write(request.offsetBytes(), request.buffer());
                    case FLUSH -> flush();
                }
                return null;
            } catch (DeviceException e) {
                return e;
            }
        }

        @Override
        public int await() {
            if (submitted.isEmpty() && wakeable) {
                wakeUps.acquireUninterruptibly();
                wakeUps.drainPermits();
            }
            return poll();
        }

        @Override
        public void wake() {
            wakeUps.release();
        }

        @Override
        public void close() {
            while (!submitted.isEmpty()) {
                poll();
            }
        }
    }
}
