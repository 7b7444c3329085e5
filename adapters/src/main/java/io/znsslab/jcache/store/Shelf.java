package io.znsslab.jcache.store;

import io.znsslab.core.Disposition;
import io.znsslab.core.EpochOptions;
import io.znsslab.core.Handle;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The part of a store that belongs to one cache: writes its entries to one epoch after the other, and finds them by
 * what the cache keeps on the heap. Thread-safe.
 *
 * @param <K> type of the keys
 */
public final class Shelf<K> {
    private static final int MOST_TRIES = 64;

    private final EntryStore store;
    private final SlabAllocator allocator;
    private final String name;
    private final ConcurrentMap<K, Stored> index;
    private final Runnable evicted;
    private final int largestObject;
    private final AtomicLong sequences = new AtomicLong();
    private final ReentrantLock rotating = new ReentrantLock();
    // Nothing is asked of it before open().
    @SuppressWarnings("NullAway.Init")
    private volatile Region current;

    private volatile boolean closed;

    Shelf(EntryStore store, String name, ConcurrentMap<K, Stored> index, Runnable evicted) {
        this.store = store;
        this.allocator = store.allocator();
        this.name = name;
        this.index = index;
        this.evicted = evicted;
        this.largestObject = allocator.largestPayloadBytes();
    }

    /** Reads what an earlier run has left, and opens the first epoch. */
    void open(Function<byte[], K> keys) {
        if (allocator.hasColdTier()) {
            sequences.set(new Recovery<>(store, this, keys).run());
        }
        current = openRegion();
    }

    String name() {
        return name;
    }

    ConcurrentMap<K, Stored> index() {
        return index;
    }

    /** What the epochs of a cache are labelled with. */
    static String label(String name) {
        return "jcache " + name;
    }

    /** Whether entries hold their keys, from which they are found again after a restart. */
    public boolean keepsKeys() {
        return allocator.hasColdTier();
    }

    /**
     * Writes an entry, which is in no index yet: {@link #indexed} says when it is.
     *
     * @param key as it is in the index
     * @param keyBytes of the key; none if {@link #keepsKeys} is false
     * @return null if there is no room for it
     * @throws IllegalStateException if the store is closed
     */
    public @Nullable Stored write(K key, byte[] keyBytes, byte[] valueBytes, long expiry) {
        return write(key, keyBytes, valueBytes, expiry, true);
    }

    /** The same; without making room only if there is some. */
    @Nullable
    Stored write(K key, byte[] keyBytes, byte[] valueBytes, long expiry, boolean makingRoom) {
        long record = (long) keyBytes.length + valueBytes.length;
        int parts = EntryLayout.parts(record, largestObject);
        long bytes = Stored.storedBytes(record, parts);
        if (bytes > store.largestEntryBytes()) {
            return null;
        }
        long sequence = sequences.incrementAndGet();
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Region region = regionToWrite();
            region.pin();
            region.add(bytes, expiry);
            long[] handles = new long[parts];
            long answer = writeParts(region, handles, sequence, expiry, keyBytes, valueBytes, makingRoom);
            if (Handle.isHandle(answer)) {
                region.note(key);
                return new Stored(region, handles, sequence, keyBytes.length, valueBytes.length, expiry);
            }
            free(handles);
            region.retract(bytes);
            region.unpin();
            if (answer != Handle.EPOCH_CLOSED) {
                return null;
            }
        }
        return null;
    }

    /** The entry that was written is in the index, or was freed. */
    public void indexed(Stored entry) {
        entry.region().unpin();
    }

    /** @return the last part's handle, or why there is none */
    private long writeParts(
            Region region,
            long[] handles,
            long sequence,
            long expiry,
            byte[] keyBytes,
            byte[] valueBytes,
            boolean makingRoom) {
        long record = (long) keyBytes.length + valueBytes.length;
        long answer = 0;
        for (int part = 0; part < handles.length; part++) {
            long from = EntryLayout.recordOffset(part, largestObject);
            int header = EntryLayout.headerBytes(part);
            int share = (int) Math.min(record - from, largestObject - header);
            MemorySegment object = MemorySegment.ofArray(new byte[header + share]);
            EntryLayout.writeHeader(object, part, sequence);
            if (part == 0) {
                EntryLayout.writeExpiry(object, expiry);
                EntryLayout.writeLengths(object, keyBytes.length, valueBytes.length);
            }
            copyShare(keyBytes, 0, from, object, header, share);
            copyShare(valueBytes, keyBytes.length, from, object, header, share);
            answer = allocate(object, region, makingRoom);
            if (!Handle.isHandle(answer)) {
                return answer;
            }
            handles[part] = answer;
        }
        return answer;
    }

    private long allocate(MemorySegment object, Region region, boolean makingRoom) {
        long answer = allocator.allocateFrom(object, region.epoch);
        for (int tries = 0; answer == Handle.ARENA_FULL && makingRoom && tries < MOST_TRIES; tries++) {
            if (!store.makeRoom(region)) {
                return answer;
            }
            answer = allocator.allocateFrom(object, region.epoch);
        }
        return answer;
    }

    /** Copies what lies in a part of the bytes that begin at an offset of the record. */
    private static void copyShare(byte[] bytes, int offset, long from, MemorySegment object, int header, int share) {
        long begin = Math.max(from, offset);
        long end = Math.min(from + share, (long) offset + bytes.length);
        if (begin < end) {
            MemorySegment.copy(
                    MemorySegment.ofArray(bytes), begin - offset, object, header + begin - from, end - begin);
        }
    }

    private void free(long[] handles) {
        for (long handle : handles) {
            if (handle != 0) {
                var _ = allocator.free(handle);
            }
        }
    }

    /**
     * The value's bytes, from memory or the device.
     *
     * @return null if the entry was freed, or is gone with its epoch
     * @throws io.znsslab.core.ZnsSlabException if the device can't be read
     */
    public byte @Nullable [] read(Stored entry) {
        return read(entry, entry.keyBytes(), entry.valueBytes());
    }

    private byte @Nullable [] read(Stored entry, int offset, int bytes) {
        byte[] read = new byte[bytes];
        MemorySegment destination = MemorySegment.ofArray(read);
        for (int part = 0; part < entry.parts(); part++) {
            long from = EntryLayout.recordOffset(part, largestObject);
            int header = EntryLayout.headerBytes(part);
            boolean found = allocator.read(entry.handle(part), object -> {
                long begin = Math.max(from, offset);
                long end = Math.min(from + object.byteSize() - header, (long) offset + bytes);
                if (begin < end) {
                    MemorySegment.copy(object, header + begin - from, destination, begin - offset, end - begin);
                }
            });
            if (!found) {
                return null;
            }
        }
        return read;
    }

    /** Gives up an entry that is in the index no more. */
    public void free(Stored entry) {
        boolean first = false;
        for (int part = 0; part < entry.parts(); part++) {
            first |= allocator.free(entry.handle(part));
        }
        if (first) {
            entry.region().subtract(entry.storedBytes());
        }
    }

    private Region regionToWrite() {
        Region region = current;
        if (closed) {
            throw new IllegalStateException("the cache " + name + " is closed");
        }
        if (region.writtenBytes() >= store.epochBytes() || region.isClosed()) {
            rotate(region);
        }
        return current;
    }

    /**
     * Ends a region if it is the current one still: another takes its place.
     *
     * @return whether it is closed now
     */
    boolean rotate(Region region) {
        rotating.lock();
        try {
            if (!closed && current == region) {
                current = openRegion();
                close(region);
            }
        } finally {
            rotating.unlock();
        }
        store.tidySoon();
        return region.isClosed();
    }

    private Region openRegion() {
        Region region = new Region(
                allocator.advanceEpoch(EpochOptions.DEFAULT.label(label(name)).packed(true)), this);
        store.add(region);
        return region;
    }

    private void close(Region region) {
        // What lives on stays in memory as long as there is enough: the allocator demotes the oldest epochs.
        allocator.closeEpoch(region.epoch, Disposition.RECLAIM).join();
        region.setClosed();
    }

    /** The region that is written to. */
    Region current() {
        return current;
    }

    /**
     * Drops a region whole: its entries are gone, save those used since they were written, up to a quarter of it, which
     * are written anew.
     */
    void evict(Region region) {
        drop(region, region.writtenBytes() / 4, Stored::isUsed);
    }

    /** Writes what is left of a region anew, and drops it. */
    void rewrite(Region region) {
        drop(region, region.writtenBytes(), _ -> true);
    }

    private void drop(Region region, long mostBytes, Predicate<Stored> wanted) {
        Relocation<K> relocation = new Relocation<>(this, region);
        try {
            relocation.read(mostBytes, wanted);
            // Before the region is dropped, where there is memory.
            relocation.write(false);
            if (region.drop()) {
                allocator.closeEpoch(region.epoch, Disposition.DISCARD).join();
                relocation.write(true);
                relocation.forgetTheOthers(evicted);
            }
        } finally {
            region.settle();
        }
    }

    /** The device has dropped a region: forgets its entries. */
    void forget(Region region) {
        if (region.drop()) {
            region.settle();
            new Relocation<>(this, region).forgetTheOthers(evicted);
        }
    }

    byte @Nullable [] readKey(Stored entry) {
        return read(entry, 0, entry.keyBytes());
    }

    /** Ends writing. With a device the entries stay, to be found when a cache of that name is opened again. */
    public void close() {
        if (keepsKeys()) {
            writeTouched();
        }
        endWriting();
        if (keepsKeys()) {
            store.release(this);
        } else {
            store.discard(this);
        }
    }

    /** Drops all entries, those of an earlier run included. */
    public void destroy() {
        endWriting();
        store.discard(this);
    }

    private void endWriting() {
        rotating.lock();
        try {
            if (!closed) {
                closed = true;
                close(current);
            }
        } finally {
            rotating.unlock();
        }
    }

    /** Later expiries of entries, which a walk then finds beside them. */
    private void writeTouched() {
        MemorySegment object = MemorySegment.ofArray(new byte[EntryLayout.TOUCH_BYTES]);
        for (Stored entry : index.values()) {
            if (entry.isTouched() && !entry.isGone()) {
                EntryLayout.writeHeader(object, EntryLayout.TOUCH, entry.sequence());
                EntryLayout.writeExpiry(object, entry.expiry());
                var _ = allocator.allocateFrom(object, current.epoch);
            }
        }
    }
}
