package io.znsslab.tier.demote;

import io.znsslab.tier.device.DeviceException;
import io.znsslab.tier.device.IoQueue;
import io.znsslab.tier.device.IoRequest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * A staging buffer with an extent in it, written in pieces that the device takes at once. Belongs to the writing
 * thread.
 */
final class StagedWrite extends IoRequest {
    /** Called when the whole extent is written, or a piece has failed. */
    interface Listener {
        void written(StagedWrite write, DeviceException failure);
    }

    final MemorySegment buffer;
    final ByteBuffer view;
    private final int mostBytesAtOnce;
    private final IoQueue queue;
    private final Listener listener;
    private int writtenBytes;
    private long startedNanos;

    Extent extent;
    ZoneWriter writer;
    long startByte;
    int bytes;
    long summaryLocation;
    /** Whether the zone is full once this is written. */
    boolean endsZone;

    StagedWrite(MemorySegment buffer, ByteBuffer view, int mostBytesAtOnce, IoQueue queue, Listener listener) {
        this.buffer = buffer;
        this.view = view;
        this.mostBytesAtOnce = mostBytesAtOnce;
        this.queue = queue;
        this.listener = listener;
    }

    void start() {
        writtenBytes = 0;
        startedNanos = System.nanoTime();
        submitPiece();
    }

    long startedNanos() {
        return startedNanos;
    }

    private void submitPiece() {
        int piece = Math.min(mostBytesAtOnce, bytes - writtenBytes);
        write(startByte + writtenBytes, buffer.asSlice(writtenBytes, piece));
        queue.submit(this);
    }

    @Override
    protected void completed(DeviceException failure) {
        writtenBytes += lengthBytes();
        if (failure == null && writtenBytes < bytes) {
            submitPiece();
        } else {
            listener.written(this, failure);
        }
    }
}
