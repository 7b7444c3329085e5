package io.znsslab.jcache;

import io.znsslab.core.ZnsSlabException;
import io.znsslab.jcache.store.Shelf;
import io.znsslab.jcache.store.Stored;
import java.util.Iterator;
import java.util.concurrent.ConcurrentMap;
import javax.cache.CacheException;
import javax.cache.event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a cache: where they are found, how long they live, and what listeners and statistics get to know of
 * their changes. Reading takes no lock; whatever changes an entry has its key's lock.
 */
final class Entries<K, V> {
    private static final byte[] NO_KEY = {};

    private final ConcurrentMap<K, Stored> index;
    private final Shelf<K> shelf;
    private final Codec codec;
    private final Expiries expiries;
    private final Statistics statistics;

    Entries(ConcurrentMap<K, Stored> index, Shelf<K> shelf, Codec codec, Expiries expiries, Statistics statistics) {
        this.index = index;
        this.shelf = shelf;
        this.codec = codec;
        this.expiries = expiries;
        this.statistics = statistics;
    }

    /** The entry of a key that has not expired; null if there is none. No access to it. */
    @Nullable
    Stored find(K key) {
        Stored entry = current(key);
        return entry == null || Expiries.isOver(entry.expiry(), now()) ? null : entry;
    }

    /** The entry of a key; one that is gone is taken out, unless it was written anew. */
    private @Nullable Stored current(K key) {
        Stored entry = index.get(key);
        while (entry != null && entry.isGone()) {
            entry.awaitMove();
            index.remove(key, entry);
            entry = index.get(key);
        }
        return entry;
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    /**
     * The value of an entry, wherever that is written by now; null if that is gone, and then it is in the index no
     * more.
     */
    @Nullable
    V read(K key, Stored entry) {
        Stored found = entry;
        byte[] bytes = bytes(found);
        while (bytes == null) {
            Stored before = found;
            found = current(key);
            if (found == null || (found == before && index.remove(key, found))) {
                return null;
            }
            bytes = bytes(found);
        }
        return codec.decode(bytes);
    }

    private byte @Nullable [] bytes(Stored entry) {
        try {
            return shelf.read(entry);
        } catch (ZnsSlabException e) {
            throw new CacheException("a value can't be read: " + e.getMessage(), e);
        }
    }

    /** An entry was asked for: it may live longer for that. */
    void accessed(K key, Stored entry) {
        entry.use();
        long expiry = expiries.ofAccess(now(), entry.expiry());
        Stored touched = entry;
        while (expiry != touched.expiry()) {
            touched.touch(expiry);
            Stored now = index.get(key);
            // It may have been moved to another epoch meanwhile, which changes nothing else.
            if (now == null || now == touched || now.sequence() < touched.sequence()) {
                return;
            }
            touched = now;
        }
    }

    /** The entry of a key as {@link #find}; one that has expired is taken out, with its event. With the key's lock. */
    @Nullable
    Stored findOrExpire(K key, Listeners<K, V>.Events events) {
        Stored entry = current(key);
        if (entry == null || !Expiries.isOver(entry.expiry(), now())) {
            return entry;
        }
        V old = oldValue(key, entry, EventType.EXPIRED, events);
        takeOut(key);
        events.publish(EventType.EXPIRED, key, old, old);
        return null;
    }

    private @Nullable V oldValue(K key, Stored entry, EventType type, Listeners<K, V>.Events events) {
        return events.wantOldValue(type) ? read(key, entry) : null;
    }

    /**
     * Puts an entry of a key that has none. With the key's lock.
     *
     * @return false if it has expired at once
     */
    boolean create(K key, V value, Listeners<K, V>.Events events) {
        long now = now();
        long expiry = expiries.ofCreation(now);
        if (Expiries.isOver(expiry, now)) {
            events.publish(EventType.EXPIRED, key, value, value);
            return false;
        }
        K kept = codec.copy(key);
        store(kept, value, expiry);
        events.publish(EventType.CREATED, key, value, null);
        return true;
    }

    /** Gives an entry another value. With the key's lock. */
    void update(K key, Stored entry, V value, Listeners<K, V>.Events events) {
        V old = oldValue(key, entry, EventType.UPDATED, events);
        long now = now();
        long expiry = expiries.ofUpdate(now, entry.expiry());
        if (Expiries.isOver(expiry, now)) {
            takeOut(key);
            events.publish(EventType.UPDATED, key, value, old);
            events.publish(EventType.EXPIRED, key, value, old);
            return;
        }
        store(key, value, expiry);
        events.publish(EventType.UPDATED, key, value, old);
    }

    /** What finds no room is an entry that is evicted at once. */
    private void store(K kept, V value, long expiry) {
        byte[] bytes = codec.encode(value);
        Stored entry = shelf.write(kept, shelf.keepsKeys() ? codec.encode(kept) : NO_KEY, bytes, expiry);
        Stored before = entry == null ? index.remove(kept) : index.put(kept, entry);
        if (before != null) {
            shelf.free(before);
        }
        if (entry == null) {
            statistics.eviction();
        } else {
            shelf.indexed(entry);
        }
    }

    /** Whichever entry of the key is there: the store may have written it anew since it was found. */
    private void takeOut(K key) {
        Stored entry = index.remove(key);
        if (entry != null) {
            shelf.free(entry);
        }
    }

    /** Takes an entry out. With the key's lock. */
    void remove(K key, Stored entry, Listeners<K, V>.Events events) {
        V old = oldValue(key, entry, EventType.REMOVED, events);
        takeOut(key);
        events.publish(EventType.REMOVED, key, old, old);
    }

    /** Takes an entry out whose value the caller knows. With the key's lock. */
    void removeKnown(K key, @Nullable V old, Listeners<K, V>.Events events) {
        takeOut(key);
        events.publish(EventType.REMOVED, key, old, old);
    }

    /** Takes all entries out, without events. */
    void clear() {
        for (K key : index.keySet()) {
            takeOut(key);
        }
    }

    /** The keys, weakly consistent; some of their entries may have expired. */
    Iterator<K> keys() {
        return index.keySet().iterator();
    }
}
