package io.znsslab.jcache;

import io.znsslab.jcache.store.Stored;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The removals of a cache. Thread-safe. */
final class Removing<K, V> {
    private final Workings<K, V> workings;
    private final Entries<K, V> entries;
    private final Resource<K, V> resource;
    private final Statistics statistics;

    Removing(Workings<K, V> workings) {
        this.workings = workings;
        entries = workings.entries();
        resource = workings.resource();
        statistics = workings.statistics();
    }

    boolean remove(K key) {
        long begun = statistics.begin();
        boolean removed = workings.locked(key, events -> {
            resource.delete(key);
            return workings.remove(key, events);
        });
        statistics.removedSince(begun);
        return removed;
    }

    boolean remove(K key, V oldValue) {
        long begun = statistics.begin();
        boolean removed = workings.locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            V value = entry == null ? null : entries.read(key, entry);
            statistics.lookedUp(value);
            if (!oldValue.equals(value)) {
                if (entry != null && value != null) {
                    entries.accessed(key, entry);
                }
                return false;
            }
            resource.delete(key);
            entries.removeKnown(key, value, events);
            statistics.removal();
            return true;
        });
        statistics.got(begun);
        if (removed) {
            statistics.removedSince(begun);
        }
        return removed;
    }

    @Nullable
    V getAndRemove(K key) {
        long begun = statistics.begin();
        V before = workings.locked(key, events -> {
            resource.delete(key);
            Stored entry = entries.findOrExpire(key, events);
            V value = entry == null ? null : entries.read(key, entry);
            statistics.lookedUp(value);
            if (value != null) {
                entries.removeKnown(key, value, events);
                statistics.removal();
            }
            return value;
        });
        statistics.got(begun);
        if (before != null) {
            statistics.removedSince(begun);
        }
        return before;
    }

    void removeAll(Set<? extends K> keys) {
        long begun = statistics.begin();
        Resource.Written<K> deleted = resource.deleteAll(new HashSet<K>(keys));
        Set<K> failed = new HashSet<>(deleted.left());
        for (K key : keys) {
            if (!failed.contains(key)) {
                var _ = workings.locked(key, events -> workings.remove(key, events));
            }
        }
        statistics.removedSince(begun);
        deleted.throwFailure();
    }

    void removeAll() {
        Set<K> keys = new HashSet<>();
        entries.keys().forEachRemaining(key -> {
            if (workings.locked(key, events -> entries.findOrExpire(key, events)) != null) {
                keys.add(key);
            }
        });
        if (!keys.isEmpty()) {
            removeAll(keys);
        }
    }
}
