package io.znsslab.jcache.store;

import static java.util.Objects.requireNonNull;

import io.znsslab.core.EpochInfo;
import io.znsslab.core.SlabAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** Finds the entries of a cache again, by a walk over the epochs that bear its label. For one thread. */
final class Recovery<K> {
    /** An entry of which the first part was found; the bytes of the key are null if that does not hold all of them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Head(long sequence, long expiry, int keyBytes, int valueBytes, byte @Nullable [] key) {}

    private static final System.Logger LOGGER = System.getLogger(Recovery.class.getName());

    private final SlabAllocator allocator;
    private final EntryStore store;
    private final Shelf<K> shelf;
    private final Function<byte[], K> keys;
    private final Map<Long, Long> touches = new HashMap<>();
    private long newest;

    // of one epoch
    private final Map<Long, Head> heads = new HashMap<>();
    private final Map<Long, long[]> parts = new HashMap<>();

    Recovery(EntryStore store, Shelf<K> shelf, Function<byte[], K> keys) {
        this.allocator = store.allocator();
        this.store = store;
        this.shelf = shelf;
        this.keys = keys;
    }

    /** Puts what it finds into the index, and returns the highest sequence. */
    long run() {
        for (EpochInfo epoch : store.epochsOf(shelf)) {
            read(epoch.epoch());
        }
        if (!touches.isEmpty()) {
            shelf.index().values().forEach(entry -> {
                Long expiry = touches.get(entry.sequence());
                if (expiry != null) {
                    entry.touch(expiry);
                }
            });
        }
        return newest;
    }

    private void read(long epoch) {
        heads.clear();
        parts.clear();
        var _ = allocator.walk(epoch).forEach(this::see);
        Region region = new Region(epoch, shelf);
        region.setClosed();
        heads.values().forEach(head -> keep(head, region));
        // Parts without their first are of entries that were not written to their end.
        parts.values().forEach(this::free);
        store.add(region);
    }

    private void see(long handle, MemorySegment object) {
        if (!EntryLayout.isOne(object)) {
            return;
        }
        long sequence = EntryLayout.sequence(object);
        int part = EntryLayout.part(object);
        newest = Math.max(newest, sequence);
        if (part == EntryLayout.TOUCH) {
            touches.put(sequence, EntryLayout.expiry(object));
            return;
        }
        if (part == 0) {
            int keyBytes = EntryLayout.keyBytes(object);
            boolean whole = EntryLayout.FIRST_HEADER_BYTES + (long) keyBytes <= object.byteSize();
            byte[] key = whole
                    ? object.asSlice(EntryLayout.FIRST_HEADER_BYTES, keyBytes).toArray(ValueLayout.JAVA_BYTE)
                    : null;
            heads.put(
                    sequence,
                    new Head(sequence, EntryLayout.expiry(object), keyBytes, EntryLayout.valueBytes(object), key));
        }
        parts.merge(sequence, with(new long[part + 1], part, handle), (found, _) -> with(found, part, handle));
    }

    private static long[] with(long[] handles, int part, long handle) {
        long[] all = handles.length > part ? handles : Arrays.copyOf(handles, part + 1);
        all[part] = handle;
        return all;
    }

    private void keep(Head head, Region region) {
        long[] handles = requireNonNull(parts.remove(head.sequence));
        int count = EntryLayout.parts((long) head.keyBytes + head.valueBytes, allocator.largestPayloadBytes());
        boolean complete = handles.length == count;
        for (long handle : handles) {
            complete &= handle != 0;
        }
        if (!complete) {
            free(handles);
            return;
        }
        Stored entry = new Stored(region, handles, head.sequence, head.keyBytes, head.valueBytes, head.expiry);
        K key = keyOf(head, entry);
        if (key == null) {
            free(handles);
            return;
        }
        region.add(entry.storedBytes(), head.expiry);
        region.note(key);
        Stored other = shelf.index().get(key);
        boolean outdated = other != null && other.sequence() > head.sequence;
        Stored before = outdated ? entry : shelf.index().put(key, entry);
        if (before != null) {
            shelf.free(before);
        }
    }

    /** Null for a key that is never asked for: its class is gone or has changed, or the device has dropped it. */
    private @Nullable K keyOf(Head head, Stored entry) {
        try {
            byte[] key = head.key == null ? shelf.readKey(entry) : head.key;
            return key == null ? null : keys.apply(key);
        } catch (CacheException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    () -> "an entry of cache " + shelf.name() + " is given up, whose key can't be read: "
                            + e.getMessage());
            return null;
        }
    }

    private void free(long[] handles) {
        for (long handle : handles) {
            if (handle != 0) {
                var _ = allocator.free(handle);
            }
        }
    }
}
