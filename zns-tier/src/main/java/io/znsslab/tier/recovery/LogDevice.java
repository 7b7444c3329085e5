package io.znsslab.tier.recovery;

import io.znsslab.tier.device.ZonedDevice;
import io.znsslab.tier.format.Superblock;
import io.znsslab.tier.staging.StagingBuffers;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The device as an opening writes regions of the log to it: with the superblock of that opening, from two staging
 * buffers, one for each of two regions that are written at a time. For one thread at a time; any thread may ask how
 * much was written.
 */
final class LogDevice implements AutoCloseable {
    private static final int REGIONS_AT_A_TIME = 2;
    /**
     * The most that one write of the log takes: 32 blocks, each twice. A checkpoint is many of them; an acknowledgement
     * is mostly one block.
     */
    private static final int STAGING_BYTES = 256 << 10;

    private final ZonedDevice device;
    private final Superblock superblock;
    private final StagingBuffers staging = new StagingBuffers(REGIONS_AT_A_TIME, STAGING_BYTES);
    private final AtomicLong bytesWritten = new AtomicLong();

    LogDevice(ZonedDevice device, Superblock superblock) {
        this.device = device;
        this.superblock = superblock;
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

    /** The staging buffer of that index, 0 or 1: as many bytes of it as the device takes at once, in whole pairs. */
    MemorySegment buffer(int index) {
        int usable = LogGeometry.pairedBytes(
                Math.min(staging.bufferBytes(), device.geometry().maxTransferBytes()));
        return staging.buffer(index).asSlice(0, usable);
    }

    /** The staging buffer of that index, little-endian. */
    ByteBuffer view(int index) {
        return staging.view(index);
    }

    void write(long offsetBytes, MemorySegment data) {
        device.write(offsetBytes, data);
        bytesWritten.addAndGet(data.byteSize());
    }

    void flush() {
        device.flush();
    }

    /** Bytes written so far. */
    long bytesWritten() {
        return bytesWritten.get();
    }

    /** Frees the staging buffers; the device stays open. */
    @Override
    public void close() {
        staging.close();
    }
}
