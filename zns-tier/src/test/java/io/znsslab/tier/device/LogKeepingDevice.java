package io.znsslab.tier.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * A device that keeps what is written to its first zones, where a store has its log, and of the others nothing but how
 * far they are written: so a store of millions of slabs can be opened again. What is read from the others is zeroes.
 */
public final class LogKeepingDevice implements ZonedDevice {
    private final SizelessDevice device;
    private final long keptBytes;
    private final Arena arena = Arena.ofShared();
    /** By offset; guarded by itself. */
    private final TreeMap<Long, MemorySegment> written = new TreeMap<>();

    /** Takes the shape, and the number of zones whose data is kept. */
    public LogKeepingDevice(FileGeometry shape, int keptZones) {
        device = new SizelessDevice(shape);
        keptBytes = keptZones * device.geometry().zoneBytes();
    }

    @Override
    public String name() {
        return "(data of the first zones)";
    }

    @Override
    public String description() {
        return device.description();
    }

    @Override
    public DeviceGeometry geometry() {
        return device.geometry();
    }

    @Override
    public List<ZoneDescriptor> report() {
        return device.report();
    }

    @Override
    public ZoneDescriptor report(int zone) {
        return device.report(zone);
    }

    @Override
    public void resetZone(int zone) {
        device.resetZone(zone);
        long start = geometry().startOf(zone);
        synchronized (written) {
            written.subMap(start, start + geometry().zoneBytes()).clear();
        }
    }

    @Override
    public void finishZone(int zone) {
        device.finishZone(zone);
    }

    @Override
    public void openZone(int zone) {
        device.openZone(zone);
    }

    @Override
    public void closeZone(int zone) {
        device.closeZone(zone);
    }

    @Override
    public void read(long offsetBytes, MemorySegment into) {
        into.fill((byte) 0);
        long end = offsetBytes + into.byteSize();
        synchronized (written) {
            Long first = written.floorKey(offsetBytes);
            for (var piece :
                    written.subMap(first == null ? offsetBytes : first, end).entrySet()) {
                long from = Math.max(offsetBytes, piece.getKey());
                long to = Math.min(end, piece.getKey() + piece.getValue().byteSize());
                if (from < to) {
                    MemorySegment.copy(piece.getValue(), from - piece.getKey(), into, from - offsetBytes, to - from);
                }
            }
        }
    }

    @Override
    public void write(long offsetBytes, MemorySegment from) {
        device.write(offsetBytes, from);
        keep(offsetBytes, from);
    }

    private void keep(long offsetBytes, MemorySegment from) {
        if (offsetBytes < keptBytes) {
            synchronized (written) {
                written.put(offsetBytes, arena.allocate(from.byteSize()).copyFrom(from));
            }
        }
    }

    @Override
    public void flush() {
        device.flush();
    }

    @Override
    public IoQueue openQueue(IoQueueSettings settings) {
        return new Queue(settings.depth());
    }

    /** Stays as it is, to be opened again. */
    @Override
    public void close() {
        device.close();
    }

    /** Frees what it kept. */
    public void forget() {
        arena.close();
    }

    /** Does what was submitted when it is asked for. */
    private final class Queue implements IoQueue {
        private final ArrayDeque<IoRequest> submitted = new ArrayDeque<>();
        private final Semaphore wakeUps = new Semaphore(0);
        private final int depth;

        Queue(int depth) {
            this.depth = depth;
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

        private DeviceException perform(IoRequest request) {
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
            if (submitted.isEmpty()) {
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
            poll();
        }
    }
}
