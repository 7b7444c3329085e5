package io.znsslab.cli.bench.tier;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.DeviceGeometry;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZoneDescriptor;
import io.znsslab.tier.device.ZoneType;
import io.znsslab.tier.device.ZonedDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The I/O of a demotion without a store: several zones written at a time, one write in flight in each, by the thread
 * that calls. Everything on the device is lost.
 */
final class RingWrites {
    /** What {@link #run} wrote, and the processor time of the writing thread alone, as fio counts its own. */
    record Result(double bytesPerSecond, double cpuNanosPerBlock) {}

    private final DeviceGeometry geometry;
    private final int blockBytes;
    private final long flushBytes;
    private final IoQueue queue;
    private final Flush flush = new Flush();
    private final ArrayDeque<ZoneDescriptor> zones = new ArrayDeque<>();
    private long leftBytes;
    private long unflushedBytes;
    private int writesInFlight;
    private boolean flushing;

    private RingWrites(ZonedDevice device, IoQueue queue, int blockBytes, long bytes, long flushBytes) {
        geometry = device.geometry();
        this.queue = queue;
        this.blockBytes = blockBytes;
        this.flushBytes = flushBytes;
        leftBytes = bytes;
        List<ZoneDescriptor> report = device.report();
        for (ZoneDescriptor zone : report.subList(BenchTarget.METADATA_ZONES, report.size())) {
            if (zone.type() == ZoneType.SEQUENTIAL && zones.size() * geometry.zoneBytes() < 2 * bytes) {
                device.resetZone(zone.index());
                zones.add(zone);
            }
        }
    }

    static Result run(ZonedDevice device, int parallelZones, int blockBytes, long bytes, long flushBytes) {
        try (Arena arena = Arena.ofShared()) {
            return run(device, arena.allocate((long) parallelZones * blockBytes, 4096), blockBytes, bytes, flushBytes);
        }
    }

    private static Result run(ZonedDevice device, MemorySegment buffers, int blockBytes, long bytes, long flushBytes) {
        int parallelZones = (int) (buffers.byteSize() / blockBytes);
        try (IoQueue queue = device.openQueue(new IoQueueSettings(parallelZones + 1, true, false, List.of(buffers)))) {
            RingWrites writes = new RingWrites(device, queue, blockBytes, bytes, flushBytes);
            List<ZoneWriter> writers = new ArrayList<>();
            for (int i = 0; i < parallelZones; i++) {
                writers.add(writes.new ZoneWriter(buffers.asSlice((long) i * blockBytes, blockBytes)));
            }
            long cpu = threadCpuNanos();
            long begun = System.nanoTime();
            writers.forEach(ZoneWriter::next);
            writes.finish();
            long nanos = System.nanoTime() - begun;
            double blocks = (double) bytes / blockBytes;
            return new Result(bytes * 1e9 / nanos, (threadCpuNanos() - cpu) / blocks);
        }
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void finish() {
        while (queue.inFlight() > 0 || unflushedBytes > 0) {
            boolean due = unflushedBytes >= flushBytes || (writesInFlight == 0 && unflushedBytes > 0);
            if (due && !flushing) {
                flushing = true;
                unflushedBytes = 0;
                flush.flush();
                queue.submit(flush);
            }
            queue.await();
        }
    }

    private static void require(DeviceException failure) {
        if (failure != null) {
            throw failure;
        }
    }

    private final class Flush extends IoRequest {
        @Override
        protected void completed(DeviceException failure) {
            require(failure);
            flushing = false;
        }
    }

    private final class ZoneWriter extends IoRequest {
        private final MemorySegment buffer;
        private long at;
        private long end;

        ZoneWriter(MemorySegment buffer) {
            this.buffer = buffer;
        }

        void next() {
            if (leftBytes <= 0) {
                return;
            }
            if (at == end) {
                ZoneDescriptor zone = zones.remove();
                at = geometry.startOf(zone.index());
                end = at + zone.capacityBytes();
            }
            long bytes = Math.min(Math.min(blockBytes, geometry.maxTransferBytes()), end - at);
            write(at, buffer.asSlice(0, bytes));
            at += bytes;
            leftBytes -= bytes;
            writesInFlight++;
            queue.submit(this);
        }

        @Override
        protected void completed(DeviceException failure) {
            require(failure);
            writesInFlight--;
            unflushedBytes += lengthBytes();
            next();
        }
    }
}
