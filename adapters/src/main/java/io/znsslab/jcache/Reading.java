package io.znsslab.jcache;

import io.znsslab.jcache.store.Stored;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.cache.integration.CompletionListener;
import org.jspecify.annotations.Nullable;

/** The reads of a cache, and what they load. Thread-safe. */
final class Reading<K, V> {
    private final Workings<K, V> workings;
    private final Entries<K, V> entries;
    private final Resource<K, V> resource;
    private final Statistics statistics;

    Reading(Workings<K, V> workings) {
        this.workings = workings;
        entries = workings.entries();
        resource = workings.resource();
        statistics = workings.statistics();
    }

    @Nullable
    V get(K key) {
        long begun = statistics.begin();
        V value = hit(key);
        if (value == null) {
            value = workings.locked(key, events -> miss(key, events));
        }
        statistics.got(begun);
        return value;
    }

    /** The value of an entry that is there, without a lock. */
    private @Nullable V hit(K key) {
        Stored entry = entries.find(key);
        V value = entry == null ? null : entries.read(key, entry);
        if (entry != null && value != null) {
            statistics.hit();
            entries.accessed(key, entry);
        }
        return value;
    }

    private @Nullable V miss(K key, Listeners<K, V>.Events events) {
        Stored entry = entries.findOrExpire(key, events);
        V value = entry == null ? null : entries.read(key, entry);
        if (entry != null && value != null) {
            statistics.hit();
            entries.accessed(key, entry);
            return value;
        }
        statistics.miss();
        V loaded = resource.isReadThrough() ? resource.load(key) : null;
        if (loaded != null) {
            entries.create(key, loaded, events);
        }
        return loaded;
    }

    Map<K, V> getAll(Set<? extends K> keys) {
        Map<K, V> found = new HashMap<>();
        Set<K> missed = new HashSet<>();
        for (K key : keys) {
            long begun = statistics.begin();
            V value = hit(key);
            if (value != null) {
                found.put(key, value);
            } else {
                missed.add(key);
                var _ = workings.locked(key, events -> entries.findOrExpire(key, events));
                statistics.miss();
            }
            statistics.got(begun);
        }
        if (resource.isReadThrough() && !missed.isEmpty()) {
            resource.loadAll(missed).forEach((key, value) -> {
                if (missed.contains(key)) {
                    found.put(key, value);
                    putLoaded(key, value, false);
                }
            });
        }
        return found;
    }

    void loadAll(
            Set<? extends K> keys, boolean replaceExistingValues, @Nullable CompletionListener completionListener) {
        Set<K> wanted = new HashSet<>(keys);
        if (!resource.canLoad()) {
            if (completionListener != null) {
                completionListener.onCompletion();
            }
            return;
        }
        var _ = Thread.ofVirtual().name("zns-slab-jcache-loader").start(() -> {
            try {
                wanted.removeIf(key -> !replaceExistingValues && entries.find(key) != null);
                if (!wanted.isEmpty()) {
                    resource.loadAll(wanted).forEach((key, value) -> putLoaded(key, value, replaceExistingValues));
                }
            } catch (RuntimeException e) {
                if (completionListener != null) {
                    completionListener.onException(Resource.loading(e));
                }
                return;
            }
            if (completionListener != null) {
                completionListener.onCompletion();
            }
        });
    }

    private void putLoaded(K key, V value, boolean replace) {
        var _ = workings.locked(key, events -> {
            Stored entry = entries.findOrExpire(key, events);
            if (entry == null) {
                return entries.create(key, value, events);
            }
            if (replace) {
                entries.update(key, entry, value, events);
            }
            return replace;
        });
    }
}
