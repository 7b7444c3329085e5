package io.znsslab.jcache.store;

import java.util.Arrays;

/**
 * What the heap knows of an entry: where its bytes lie, and how long it lives. The bytes never change: another value of
 * the key is another entry. Thread-safe.
 */
public final class Stored {
    private static final long[] NONE = {};

    private final Region region;
    private final long handle;
    private final long[] further;
    private final long sequence;
    private final int keyBytes;
    private final int valueBytes;
    private final int storedBytes;
    private volatile long expiry;
    private volatile boolean touched;
    private volatile boolean used;

    Stored(Region region, long[] handles, long sequence, int keyBytes, int valueBytes, long expiry) {
        this.region = region;
        this.handle = handles[0];
        this.further = handles.length == 1 ? NONE : Arrays.copyOfRange(handles, 1, handles.length);
        this.sequence = sequence;
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
        this.storedBytes = (int) Math.min(Integer.MAX_VALUE, storedBytes((long) keyBytes + valueBytes, handles.length));
        this.expiry = expiry;
    }

    /** Bytes that a record takes in the store, headers included. */
    static long storedBytes(long recordBytes, int parts) {
        return recordBytes
                + EntryLayout.FIRST_HEADER_BYTES
                + (parts - 1L) * EntryLayout.PART_HEADER_BYTES
                + (long) parts * EntryLayout.OBJECT_HEADER_BYTES;
    }

    Region region() {
        return region;
    }

    int parts() {
        return 1 + further.length;
    }

    long handle(int part) {
        return part == 0 ? handle : further[part - 1];
    }

    /** Grows: of two entries of a key the newer one has the higher. */
    public long sequence() {
        return sequence;
    }

    int keyBytes() {
        return keyBytes;
    }

    int valueBytes() {
        return valueBytes;
    }

    /** Bytes that it takes in the store. */
    public int storedBytes() {
        return storedBytes;
    }

    /** Whether it is gone with its epoch. */
    public boolean isGone() {
        return region.isDropped();
    }

    /** Waits until it is known whether an entry that {@link #isGone} was written anew: then the index has that one. */
    public void awaitMove() {
        region.awaitSettled();
    }

    /** When it expires, in milliseconds since 1970; {@link Long#MAX_VALUE} for never. */
    public long expiry() {
        return expiry;
    }

    /** Has it expire at another time. */
    public void touch(long newExpiry) {
        if (newExpiry != expiry) {
            expiry = newExpiry;
            touched = true;
            region.noteExpiry(newExpiry);
        }
    }

    /** Whether its expiry is another one than the store holds. */
    boolean isTouched() {
        return touched;
    }

    /** It was asked for: if its epoch is evicted, it stays. */
    public void use() {
        if (!used) {
            used = true;
        }
    }

    boolean isUsed() {
        return used;
    }
}
