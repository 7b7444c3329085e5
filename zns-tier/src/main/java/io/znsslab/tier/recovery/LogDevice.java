package io.znsslab.tier.recovery;

import io.znsslab.tier.device.AwaitedRequest;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoQueueSettings;
import io.znsslab.tier.device.IoRequest;
import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.staging.StagingBuffers;
import io.znsslab.tier.uring.RingSettings;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The device as an opening writes regions of the log to it: with the superblock of that opening, through a queue of its
 * own, from staging buffers for two regions that are written at a time. For one thread at a time, which opens the queue
 * and closes it before another thread goes on; any thread may {@link #wake} it, and ask how much was written.
 */
final class LogDevice implements AutoCloseable {
    private static final int REGIONS_AT_A_TIME = 2;
    /** A write of each region, and a flush. */
    private static final int DEPTH = REGIONS_AT_A_TIME + 1;
    /**
     * The most that one write of the log takes: 32 blocks, each twice. A checkpoint is many of them; an acknowledgement
     * is mostly one block, and its flush waits behind the write in flight: with 1 MiB, twice as long.
     */
    private static final int MOST_BUFFER_BYTES = 256 << 10;

    private final ZonedDevice device;
    private Superblock superblock;
    private final StagingBuffers staging;
    private final RegionWrites[] writes = new RegionWrites[REGIONS_AT_A_TIME];
    private final AwaitedRequest flush = new AwaitedRequest();
    private final AtomicLong bytesWritten = new AtomicLong();
    /** Null while no thread uses the device. */
    private volatile IoQueue queue;

    LogDevice(ZonedDevice device, Superblock superblock) {
        this.device = device;
        this.superblock = superblock;
        staging = new StagingBuffers(REGIONS_AT_A_TIME, RegionWrites.BUFFERS * bufferBytes(device));
        for (int i = 0; i < writes.length; i++) {
            writes[i] = new RegionWrites(this, staging.buffer(i), staging.view(i));
        }
    }

    private static int bufferBytes(ZonedDevice device) {
        long most =
                Math.min(device.geometry().maxTransferBytes(), device.geometry().zoneCapacityBytes());
        return LogGeometry.pairedBytes((int) Math.min(MOST_BUFFER_BYTES, most));
    }

    /** Bytes off the heap for the log on that device. */
    static long memoryBytes(ZonedDevice device) {
        return (long) REGIONS_AT_A_TIME * RegionWrites.BUFFERS * bufferBytes(device) + RingSettings.memoryBytes(DEPTH);
    }

    ZonedDevice device() {
        return device;
    }

    String name() {
        return device.name();
    }

    /** The superblock of this opening. */
    Superblock superblock() {
        return superblock;
    }

    /** Lets regions that are begun from now on have that many zones, if that is more than before; returns how many. */
    int widenRegions(int zones) {
        if (zones > superblock.regionZones()) {
            superblock = superblock.withSlabBytes(superblock.slabBytes(), zones);
        }
        return superblock.regionZones();
    }

    /** Opens the queue, for the calling thread alone. */
    void openQueue() {
        queue = device.openQueue(new IoQueueSettings(DEPTH, true, true, List.of(staging.memory())));
    }

    /** Waits for what is in flight, and closes the queue; does nothing if there is none. */
    void closeQueue() {
        IoQueue closing = queue;
        if (closing != null) {
            queue = null;
            closing.close();
        }
    }

    /** The writes of one of the two regions, 0 or 1. */
    RegionWrites writes(int region) {
        return writes[region];
    }

    /** Ends the writes of both regions, which are given up. */
    void abandonWrites() {
        for (RegionWrites each : writes) {
            each.abandon();
        }
    }

    /** Accepts a write, which reaches the device when the queue is polled. */
    void submit(IoRequest write) {
        queue.submit(write);
    }

    /** Submits what can be submitted, and takes notice of what is complete, without waiting. */
    void poll() {
        submitFollowing();
        queue.poll();
        while (submitFollowing()) {
            queue.poll();
        }
    }

    /** Does the same, and waits until something is complete, or for {@link #wake}. */
    void await() {
        submitFollowing();
        queue.await();
        while (submitFollowing()) {
            queue.poll();
        }
    }

    private boolean submitFollowing() {
        boolean any = false;
        for (RegionWrites each : writes) {
            any |= each.submitNext();
        }
        return any;
    }

    /** Ends the owner's present or next {@link #await}. */
    void wake() {
        IoQueue waiting = queue;
        if (waiting != null) {
            waiting.wake();
        }
    }

    /** Makes durable what was complete before; other writes may be in flight meanwhile. */
    void flush() {
        while (flush.isInFlight()) {
            // The wait for an earlier flush was cut short.
            await();
        }
        flush.flush();
        flush.submitTo(queue);
        while (flush.isInFlight()) {
            await();
        }
        flush.throwFailure();
    }

    /** Notes that so many bytes are written. */
    void count(int bytes) {
        bytesWritten.addAndGet(bytes);
    }

    /** Bytes written so far. */
    long bytesWritten() {
        return bytesWritten.get();
    }

    /** Closes the queue and frees the staging buffers; the device stays open. */
    @Override
    public void close() {
        closeQueue();
        staging.close();
    }
}
