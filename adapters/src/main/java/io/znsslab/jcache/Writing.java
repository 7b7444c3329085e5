package io.znsslab.jcache;

import io.znsslab.jcache.store.Stored;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/** The puts and replacements of a cache. Thread-safe. */
final class Writing<K, V> {
    private final Workings<K, V> workings;
    private final Entries<K, V> entries;
    private final Resource<K, V> resource;
    private final Statistics statistics;

    Writing(Workings<K, V> workings) {
        this.workings = workings;
        entries = workings.entries();
        resource = workings.resource();
        statistics = workings.statistics();
    }

    void put(K key, V value) {
        long begun = statistics.begin();
        var _ = workings.locked(key, events -> {
            resource.write(key, value);
            return workings.put(key, value, events);
        });
        statistics.putSince(begun);
    }

    @Nullable
    V getAndPut(K key, V value) {
        long begun = statistics.begin();
        V before = workings.locked(key, events -> {
            V old = valueNow(key, events);
            resource.write(key, value);
            statistics.lookedUp(old);
            workings.put(key, value, events);
            return old;
        });
        statistics.got(begun);
        statistics.putSince(begun);
        return before;
    }

    /** The value of an entry that is there; no access to it. */
    private @Nullable V valueNow(K key, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        return entry == null ? null : entries.read(key, entry);
    }

    void putAll(Map<? extends K, ? extends V> map) {
        long begun = statistics.begin();
        Resource.Written<Cache.Entry<? extends K, ? extends V>> written = resource.writeAll(map);
        Set<K> failed = new HashSet<>();
        written.left().forEach(entry -> failed.add(entry.getKey()));
        map.forEach((key, value) -> {
            if (!failed.contains(key)) {
                var _ = workings.locked((K) key, events -> workings.put(key, value, events));
            }
        });
        statistics.putSince(begun);
        written.throwFailure();
    }

    boolean putIfAbsent(K key, V value) {
        long begun = statistics.begin();
        boolean put = workings.locked(key, events -> {
            if (entries.findOrExpire(key, events) != null) {
                statistics.hit();
                return false;
            }
            statistics.miss();
            resource.write(key, value);
            boolean created = entries.create(key, value, events);
            if (created) {
                statistics.put();
            }
            return created;
        });
        statistics.got(begun);
        if (put) {
            statistics.putSince(begun);
        }
        return put;
    }

    boolean replace(K key, V oldValue, V newValue) {
        long begun = statistics.begin();
        boolean replaced = workings.locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            V value = entry == null ? null : entries.read(key, entry);
            statistics.lookedUp(value);
            if (entry == null || !oldValue.equals(value)) {
                if (entry != null && value != null) {
                    entries.accessed(key, entry);
                }
                return false;
            }
            resource.write(key, newValue);
            entries.update(key, entry, newValue, events);
            statistics.put();
            return true;
        });
        statistics.got(begun);
        if (replaced) {
            statistics.putSince(begun);
        }
        return replaced;
    }

    boolean replace(K key, V value) {
        long begun = statistics.begin();
        boolean replaced = workings.locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            if (entry == null) {
                statistics.miss();
                return false;
            }
            statistics.hit();
            resource.write(key, value);
            entries.update(key, entry, value, events);
            statistics.put();
            return true;
        });
        statistics.got(begun);
        if (replaced) {
            statistics.putSince(begun);
        }
        return replaced;
    }

    @Nullable
    V getAndReplace(K key, V value) {
        long begun = statistics.begin();
        V before = workings.locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            V old = entry == null ? null : entries.read(key, entry);
            statistics.lookedUp(old);
            if (entry != null && old != null) {
                resource.write(key, value);
                entries.update(key, entry, value, events);
                statistics.put();
            }
            return old;
        });
        statistics.got(begun);
        if (before != null) {
            statistics.putSince(begun);
        }
        return before;
    }
}
