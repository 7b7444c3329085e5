package io.znsslab.jcache;

import static java.util.Objects.requireNonNull;

import io.znsslab.jcache.store.Stored;
import java.util.Iterator;
import java.util.NoSuchElementException;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/** Shows the entries of a cache; weakly consistent. For one thread. */
final class EntryIterator<K, V> implements Iterator<Cache.Entry<K, V>> {
    private final SlabCache<K, V> cache;
    private final Entries<K, V> entries;
    private final Statistics statistics;
    private final Iterator<K> keys;
    private Cache.@Nullable Entry<K, V> next;
    private @Nullable Stored nextStored;
    private @Nullable K last;

    EntryIterator(SlabCache<K, V> cache, Entries<K, V> entries, Statistics statistics) {
        this.cache = cache;
        this.entries = entries;
        this.statistics = statistics;
        keys = entries.keys();
    }

    @Override
    public boolean hasNext() {
        while (next == null && keys.hasNext()) {
            K key = keys.next();
            nextStored = entries.find(key);
            V value = nextStored == null ? null : entries.read(key, nextStored);
            if (value != null) {
                next = new CachedEntry<>(key, value);
            }
        }
        return next != null;
    }

    @Override
    public Cache.Entry<K, V> next() {
        cache.ensureOpen();
        if (!hasNext()) {
            throw new NoSuchElementException("cache " + cache.getName() + " has no more entries");
        }
        Cache.Entry<K, V> entry = requireNonNull(next);
        next = null;
        last = entry.getKey();
        statistics.hit();
        entries.accessed(last, requireNonNull(nextStored));
        return entry;
    }

    @Override
    public void remove() {
        if (last == null) {
            throw new IllegalStateException("no entry was shown that could be removed");
        }
        var _ = cache.remove(last);
        last = null;
    }
}
