package io.znsslab.jcache.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The move of entries out of a region that is about to be dropped. For one thread. */
final class Relocation<K> {
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Moved<K>(K key, Stored from, byte[] keyBytes, byte[] valueBytes) {}

    private final Shelf<K> shelf;
    private final Region region;
    private final Deque<Moved<K>> read = new ArrayDeque<>();

    Relocation(Shelf<K> shelf, Region region) {
        this.shelf = shelf;
        this.region = region;
    }

    @SuppressWarnings("unchecked") // the shelf itself has put them there
    private List<K> keys() {
        return (List<K>) region.keys();
    }

    /** Reads the entries that are to be moved, so many bytes of them at most. */
    void read(long mostBytes, Predicate<Stored> wanted) {
        long now = System.currentTimeMillis();
        long bytes = 0;
        for (K key : keys()) {
            Stored entry = shelf.index().get(key);
            if (entry == null || entry.region() != region || entry.expiry() <= now || !wanted.test(entry)) {
                continue;
            }
            bytes += entry.storedBytes();
            if (bytes > mostBytes) {
                return;
            }
            byte[] keyBytes = shelf.readKey(entry);
            byte[] valueBytes = shelf.read(entry);
            if (keyBytes != null && valueBytes != null) {
                read.add(new Moved<>(key, entry, keyBytes, valueBytes));
            }
        }
    }

    /** Writes those read, until there is no room; may be called again for the rest. */
    void write(boolean makingRoom) {
        while (!read.isEmpty()) {
            Moved<K> moved = read.getFirst();
            Stored entry = shelf.write(moved.key, moved.keyBytes, moved.valueBytes, moved.from.expiry(), makingRoom);
            if (entry == null) {
                return;
            }
            read.removeFirst();
            if (shelf.index().replace(moved.key, moved.from, entry)) {
                // It may have been asked for meanwhile.
                entry.touch(moved.from.expiry());
                shelf.free(moved.from);
            } else {
                shelf.free(entry);
            }
            shelf.indexed(entry);
        }
    }

    /** Takes the entries of the region that are left out of the index. */
    void forgetTheOthers(Runnable evicted) {
        for (K key : keys()) {
            Stored entry = shelf.index().get(key);
            if (entry != null && entry.region() == region && shelf.index().remove(key, entry)) {
                evicted.run();
            }
        }
    }
}
