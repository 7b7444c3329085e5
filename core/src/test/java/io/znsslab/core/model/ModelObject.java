package io.znsslab.core.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/** The model's record of an object. */
final class ModelObject {
    final long handle;
    final ModelEpoch epoch;
    final int payloadBytes;

    /** Whether its bytes are known: written while nothing could move or discard them. */
    volatile boolean written;

    /** Number of free calls that have begun. */
    final AtomicInteger freesBegun = new AtomicInteger();

    /** Number of free calls that reported success. */
    final AtomicInteger freesDone = new AtomicInteger();

    ModelObject(long handle, ModelEpoch epoch, int payloadBytes) {
        this.handle = handle;
        this.epoch = epoch;
        this.payloadBytes = payloadBytes;
    }

    boolean mustBeStale() {
        return epoch.discardDone || freesDone.get() > 0;
    }

    boolean mayBeStale() {
        return epoch.discardBegan || freesBegun.get() > 0;
    }

    void write(MemorySegment payload) {
        for (int at = 0; at < payloadBytes; at++) {
            payload.set(ValueLayout.JAVA_BYTE, at, byteAt(at));
        }
        written = true;
    }

    /** The offset of the first byte that is not this object's, or -1. */
    int firstForeignByte(MemorySegment payload) {
        for (int at = 0; at < payloadBytes; at++) {
            if (payload.get(ValueLayout.JAVA_BYTE, at) != byteAt(at)) {
                return at;
            }
        }
        return -1;
    }

    private byte byteAt(int at) {
        long mixed = (handle ^ (at >>> 3)) * 0x9E37_79B9_7F4A_7C15L;
        return (byte) (mixed >>> (56 - ((at & 7) << 2)));
    }

    @Override
    public String toString() {
        return "handle 0x%016x of epoch %d (%d bytes, freed %d of %d times, close %b/%b, discard %b/%b)"
                .formatted(
                        handle,
                        epoch.number,
                        payloadBytes,
                        freesDone.get(),
                        freesBegun.get(),
                        epoch.closeBegan,
                        epoch.closeDone,
                        epoch.discardBegan,
                        epoch.discardDone);
    }
}
