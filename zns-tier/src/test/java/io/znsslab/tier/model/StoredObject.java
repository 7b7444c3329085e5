package io.znsslab.tier.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One user's record of an object that no other thread uses: its bytes follow from its handle. */
public final class StoredObject {
    public final long handle;
    public final int payloadBytes;

    /** Number of changes that were made to it in DRAM. */
    int version;

    public StoredObject(long handle, int payloadBytes) {
        this.handle = handle;
        this.payloadBytes = payloadBytes;
    }

    /** Writes the bytes that identify it in this version. */
    public void write(MemorySegment payload) {
        for (long at = 0; at + Long.BYTES <= payloadBytes; at += Long.BYTES) {
            payload.set(ValueLayout.JAVA_LONG_UNALIGNED, at, wordAt(at));
        }
    }

    /** Fails unless these are its bytes. */
    public void requireIn(MemorySegment payload) {
        for (long at = 0; at + Long.BYTES <= payloadBytes; at += Long.BYTES) {
            if (payload.get(ValueLayout.JAVA_LONG_UNALIGNED, at) != wordAt(at)) {
                throw new AssertionError(
                        "handle 0x%x, version %d, has foreign bytes at %d".formatted(handle, version, at));
            }
        }
    }

    private long wordAt(long at) {
        return (handle + version * 0x1_0000_0001L + at) * 0x9E3779B97F4A7C15L;
    }
}
